// dwv, drawing on a 2D canvas.

import * as dwv from 'dwv';
import { nextFrame, readBack, sized, timed } from './pace.js';

const element = document.getElementById('viewport');
let app = null;
let controller = null;

const canvas = () => element.querySelector('canvas');

function start({ width, height }) {
  sized(element, width, height);
  return { version: dwv.getDwvVersion?.() ?? '' };
}

// First image: from the request of the series to the first pixels in the canvas. All: the event
// that says that every image is loaded.
async function load({ urls }) {
  app?.reset();
  element.replaceChildren();
  app = new dwv.App();
  app.init(new dwv.AppOptions({ '*': [new dwv.ViewConfig('viewport')] }));
  await nextFrame();
  const began = performance.now();
  let first_ms = 0;
  let failed = 0;
  return new Promise((resolve) => {
    app.addEventListener('renderend', () => {
      if (!first_ms) {
        readBack(canvas());
        first_ms = performance.now() - began;
      }
    });
    app.addEventListener('error', () => { failed += 1; });
    app.addEventListener('loadend', () => {
      const all_ms = performance.now() - began;
      controller = app.getActiveLayerGroup().getActiveViewLayer().getViewController();
      resolve({ first_ms, all_ms, failed });
    });
    app.loadURLs(urls);
  });
}

const window_ = ({ steps }) => timed(steps, ([center, width]) => {
  controller.setWindowLevel(new dwv.WindowLevel(center, width));
  readBack(canvas());
});

const scroll = ({ steps }) => timed(steps, (index) => {
  const values = controller.getCurrentIndex().getValues();
  values[2] = index;
  if (!controller.setCurrentIndex(new dwv.Index(values))) throw new Error('scroll refused');
  readBack(canvas());
});

async function picture() {
  await nextFrame();
  return { png: canvas().toDataURL('image/png').split(',')[1] };
}

window.bench = { start, load, window: window_, scroll, picture };
