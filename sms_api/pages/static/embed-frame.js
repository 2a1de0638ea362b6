// Tells the page around the frame how high the list is.
const told = () => parent.postMessage({ liveMusicHeight: document.documentElement.scrollHeight }, "*");
if (parent !== window) new ResizeObserver(told).observe(document.body);
