// dwv, drawing on a 2D canvas.

import * as dwv from 'dwv';
import { nextFrame, readBack, sized, timed } from './pace.js';

const element = document.getElementById('viewport');
const LEAST_STACK = 5;
let app = null;
let controller = null;
let count = 0;

const canvas = () => element.querySelector('canvas');

// dwv orders slices from the feet up, the files go from the head down.
function goTo(index) {
  const values = controller.getCurrentIndex().getValues();
  values[2] = count - 1 - index;
  return controller.setCurrentIndex(new dwv.Index(values));
}

function start({ width, height }) {
  sized(element, width, height);
  return { version: dwv.getDwvVersion?.() ?? '' };
}

// First image: from the request of the series to the first pixels in the canvas. All: the event
// that says that every image is loaded.
async function load({ urls }) {
  if (urls.length < LEAST_STACK) urls = urls.slice(0, 1); // views: dwv would lay one over another
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
      count = urls.length;
      goTo(0);
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
  if (!goTo(index)) throw new Error('scroll refused');
  readBack(canvas());
});

async function picture() {
  await nextFrame();
  return { png: canvas().toDataURL('image/png').split(',')[1] };
}

window.bench = { start, load, window: window_, scroll, picture };
