// What both pages do alike: wait until nothing is going on, and time a change to its pixels.

const realRequest = window.requestAnimationFrame.bind(window);

export const nextFrame = () => new Promise((resolve) => realRequest(resolve));

// Rendering that waits for the display's next frame is done at once, while `work` runs: the time
// is that of the work, not of the wait.
export async function atOnce(work) {
  window.requestAnimationFrame = (render) => {
    queueMicrotask(() => render(performance.now()));
    return 0;
  };
  try {
    return await work();
  } finally {
    window.requestAnimationFrame = realRequest;
  }
}

export async function timed(steps, change) {
  const wall_ms = [];
  for (const step of steps) {
    await nextFrame();
    await new Promise((resolve) => setTimeout(resolve, 0));
    wall_ms.push(await atOnce(async () => {
      const began = performance.now();
      await change(step);
      return performance.now() - began;
    }));
  }
  return { wall_ms };
}

// Everything that is queued for a canvas is done when one of its pixels has been read.
export function readBack(canvas) {
  return canvas.getContext('2d').getImageData(canvas.width >> 1, canvas.height >> 1, 1, 1).data[0];
}

export function sized(element, width, height) {
  element.style.width = `${width}px`;
  element.style.height = `${height}px`;
}
