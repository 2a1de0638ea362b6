// Tells the page around the frame how high the list is.
const root = document.documentElement;
const told = () => parent.postMessage({ liveMusicHeight: Math.ceil(root.getBoundingClientRect().height) }, "*");
if (parent !== window) new ResizeObserver(told).observe(root);
