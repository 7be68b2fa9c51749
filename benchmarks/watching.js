// What timeline.py asks of a page. Times are milliseconds of the page's own clock, which begins when it is asked for.

/** Pictures that a person can see: decoded, large enough, below the top bar and on the screen. */
function seen(one) {
  const box = one.getBoundingClientRect();
  return one.complete && one.naturalWidth > 1 && box.width > 20 && box.bottom > 60 && box.top < innerHeight;
}

window.painted = () => [...document.images].filter(seen).length;

/** When it holds, looked at before every frame; the frame that shows it has begun then. NaN when it never does. */
window.until = (holds, limit = 20_000) =>
  new Promise((done) => {
    const begun = performance.now();
    const look = () => {
      if (holds()) requestAnimationFrame(() => done(performance.now()));
      else if (performance.now() - begun > limit) done(NaN);
      else requestAnimationFrame(look);
    };
    look();
  });

window.firstPaint = new Promise((done) => {
  addEventListener('DOMContentLoaded', () => void window.until(() => window.painted() > 0).then(done));
});

window.screenful = (least) => window.until(() => window.painted() >= least);

/** Milliseconds from a click at that share of the scrubber until four pictures are painted that were not there before. */
window.jump = async (share) => {
  const slider = document.querySelector('[role=slider][aria-orientation=vertical]');
  const track = slider.getBoundingClientRect();
  const at = {
    bubbles: true,
    button: 0,
    buttons: 1,
    pointerId: 1,
    isPrimary: true,
    clientX: track.left + track.width / 2,
    clientY: track.top + 1 + share * (track.height - 2),
  };
  slider.setPointerCapture = () => {}; // it takes real pointers only
  const before = new Set([...document.images].map((one) => one.src));
  const begun = performance.now();
  slider.dispatchEvent(new PointerEvent('pointerdown', at));
  slider.dispatchEvent(new PointerEvent('pointerup', { ...at, buttons: 0 }));
  const fresh = () => [...document.images].filter((one) => !before.has(one.src) && seen(one)).length;
  return (await window.until(() => fresh() >= 4, 5_000)) - begun;
};

/** Scrolls what scrolls most, slow, fast, slow. The time between frames, in milliseconds. */
window.fling = async (seconds) => {
  const room = (one) => one.scrollHeight - one.clientHeight;
  const scrolls = (one) => ['auto', 'scroll'].includes(getComputedStyle(one).overflowY);
  const scroller = [...document.querySelectorAll('*')]
    .filter(scrolls)
    .reduce((best, one) => (room(one) > room(best) ? one : best), document.scrollingElement);
  const frames = [];
  await new Promise((done) => {
    let before = 0;
    let begun = 0;
    const frame = (now) => {
      if (before) frames.push(now - before);
      else begun = now;
      before = now;
      const gone = (now - begun) / 1000;
      if (gone >= seconds) return done();
      scroller.scrollTop += (20_000 * Math.sin((Math.PI * gone) / seconds) ** 2) / 60;
      return requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  return { frames, top: scroller.scrollTop };
};
