import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

/** What uPlot's own build can leave out and its package does not: cursor, legend, bars, splines. */
const UNUSED: [RegExp, string][] = [
  [/const showLegend = legend\.show;/, "const showLegend = false;"],
  [/const showCursor = +cursor\.show;/, "const showCursor = false;"],
  [/\(paths\.bars +=.*\);/, ""],
  [/\(paths\.spline +=.*\);/, ""],
];

const leanCharts: Plugin = {
  name: "lean-charts",
  enforce: "pre",
  transform(code, id) {
    if (!id.endsWith("uPlot.esm.js")) return null;
    return UNUSED.reduce((left, [part, instead]) => {
      if (!part.test(left)) this.error(`uPlot has no ${part} any more: mend UNUSED`);
      return left.replace(part, instead);
    }, code);
  },
};

/** Vite's helper loads the styles of a chunk before it; the charts have none of their own. */
const plainImports: Plugin = {
  name: "plain-imports",
  enforce: "pre",
  load: (id) => (id.includes("vite/preload-helper") ? "export const __vitePreload = (load) => load();" : null),
};

// The built files are committed under serve/static with fixed names: who runs lateswap needs no Node.
export default defineConfig({
  base: "/static/",
  plugins: [leanCharts, plainImports, svelte()],
  build: {
    outDir: "../serve/static",
    emptyOutDir: true,
    modulePreload: false,
    cssCodeSplit: false,
    target: "es2022",
    rolldownOptions: {
      output: {
        entryFileNames: "app.js",
        chunkFileNames: "chart.js",
        assetFileNames: "app[extname]",
      },
    },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8000", "/ws": { target: "ws://127.0.0.1:8000", ws: true } } },
});
