// Cornerstone3D, rendering on the CPU, with the request limits and the cache that OHIF sets.

import * as cornerstone from '@cornerstonejs/core';
import * as loader from '@cornerstonejs/dicom-image-loader';
import { nextFrame, readBack, sized, timed } from './pace.js';

const { cache, Enums, imageLoader, imageLoadPoolManager, RenderingEngine } = cornerstone;
const PREFETCH = Enums.RequestType.Prefetch;
const element = document.getElementById('viewport');
let viewport = null;
let ids = [];

const rendered = () => new Promise((resolve) => {
  element.addEventListener(Enums.Events.IMAGE_RENDERED, resolve, { once: true });
});

async function start({ width, height, workers }) {
  await cornerstone.init({ rendering: { useCPURendering: true } });
  loader.init({ maxWebWorkers: workers });
  cornerstone.setUseCPURendering(true);
  cache.setMaxCacheSize(4 * 1024 ** 3);
  imageLoadPoolManager.setMaxSimultaneousRequests(Enums.RequestType.Interaction, 100);
  imageLoadPoolManager.setMaxSimultaneousRequests(PREFETCH, 25);
  sized(element, width, height);
  const engine = new RenderingEngine('engine');
  engine.enableElement({
    viewportId: 'viewport',
    type: Enums.ViewportType.STACK,
    element,
    defaultOptions: { background: [0, 0, 0] },
  });
  viewport = engine.getViewport('viewport');
  return {
    cpu: cornerstone.getShouldUseCPURendering(),
    isolated: crossOriginIsolated,
    version: cornerstone.version ?? '',
  };
}

// First image: from the request of the series to its pixels in the canvas. All: every image
// fetched, decoded and in the cache.
async function load({ urls }) {
  cache.purgeCache();
  loader.wadouri.dataSetCacheManager.purge();
  await nextFrame();
  ids = urls.map((url) => `wadouri:${url}`);
  const began = performance.now();
  const painted = rendered();
  await viewport.setStack(ids, 0);
  viewport.render();
  await painted;
  readBack(viewport.canvas);
  const first_ms = performance.now() - began;
  let failed = 0;
  await Promise.all(ids.slice(1).map((id) => new Promise((resolve) => {
    const request = () => imageLoader
      .loadAndCacheImage(id, { requestType: PREFETCH, priority: 0 })
      .catch(() => { failed += 1; })
      .then(resolve);
    imageLoadPoolManager.addRequest(request, PREFETCH, { imageId: id }, 0);
  })));
  return { first_ms, all_ms: performance.now() - began, failed, bytes: cache.getCacheSize() };
}

function setWindow([center, width]) {
  const painted = rendered();
  viewport.setProperties({ voiRange: { lower: center - width / 2, upper: center + width / 2 } });
  viewport.render();
  return painted;
}

const window_ = ({ steps }) => timed(steps, async (step) => {
  await setWindow(step);
  readBack(viewport.canvas);
});

const scroll = ({ steps }) => timed(steps, async (index) => {
  if (viewport.getCurrentImageIdIndex() === index) throw new Error('not a scroll step');
  const painted = rendered();
  await viewport.setImageIdIndex(index);
  await painted;
  readBack(viewport.canvas);
});

async function picture() {
  await nextFrame();
  return { png: viewport.canvas.toDataURL('image/png').split(',')[1] };
}

window.bench = { start, load, window: window_, scroll, picture };
