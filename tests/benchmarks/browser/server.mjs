// Serves the built pages and the images over loopback: node server.mjs PAGES IMAGES. Says its port.

import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

const [pages, images] = process.argv.slice(2);
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };
// With these a page may measure time in steps of 5 microseconds.
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cache-Control': 'no-store',
};

const server = http.createServer((request, response) => {
  const name = path.normalize(decodeURIComponent(request.url.split('?')[0]));
  const file = name.startsWith('/images/')
    ? path.join(images, name.slice('/images/'.length))
    : path.join(pages, name);
  fs.readFile(file, (error, content) => {
    if (error) {
      response.writeHead(404, ISOLATION);
      response.end();
      return;
    }
    response.writeHead(200, {
      ...ISOLATION,
      'Content-Type': TYPES[path.extname(file)] ?? 'application/octet-stream',
      'Content-Length': content.length,
    });
    response.end(content);
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.resume().on('end', () => process.exit(0));
