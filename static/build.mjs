// Copies what comes from npm into this folder: htmx, the icons as one sprite,
// and the licences of all of it. Run by `npm run build:static`.
import { readFileSync, writeFileSync } from "node:fs";

const modules = new URL("../node_modules/", import.meta.url);
const here = new URL("./", import.meta.url);
const read = (path) => readFileSync(new URL(path, modules), "utf8");
const write = (name, text) => writeFileSync(new URL(name, here), text);

const icons = `activity anchor archive arrow-left arrow-right arrow-right-left bell bot box braces brain building-2 cable calendar
chart-column check chevron-down chevron-right chevrons-up-down circle-alert circle-check circle-slash circle-x clipboard-list clock-alert
clock cloud code copy credit-card crown database eye-off eye file-text folder folder-kanban folder-open git-branch git-merge
globe hard-drive hash heart-pulse history hospital hourglass inbox info kanban key-round layers leaf life-buoy link list list-checks
lock-keyhole lock log-out mail mail-check mail-warning mail-x map menu microscope message-circle message-square monitor network octagon-alert pencil phone plus
radio-tower rotate-ccw scroll-text search send server settings shapes share-2 sheet shield-check shield smartphone
sparkles stethoscope table tag terminal ticket trash-2 triangle-alert undo-2 unplug user-check user-cog user-plus user users waves webhook
wifi workflow x zap`.split(/\s+/);

const symbol = (name) => {
  const shapes = read(`lucide-static/icons/${name}.svg`)
    .replace(/<!--.*?-->/s, "").replace(/^\s*<svg[^>]*>/s, "").replace(/<\/svg>\s*$/s, "")
    .replace(/\s*\n\s*/g, "").replace(/ \/>/g, "/>");
  return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${shapes}</symbol>`;
};

write("icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">\n${icons.map(symbol).join("\n")}\n</svg>\n`);
write("htmx.min.js", read("htmx.org/dist/htmx.min.js"));
write("LICENSES.txt", [["htmx", "htmx.org"], ["Lucide icons", "lucide-static"], ["Tailwind CSS", "tailwindcss"], ["daisyUI", "daisyui"]]
  .map(([title, dir]) => `${title}\n${"=".repeat(title.length)}\n\n${read(`${dir}/LICENSE`).trim()}\n`).join("\n\n"));
