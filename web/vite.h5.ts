/**
 * Build the citizens' pages into dist/h5.
 *
 * One build for every phone we meet (chrome61, safari11.1): plugin-legacy left a white page under our CSP and costs three
 * times the bytes, while lowering the syntax alone costs under 1 KiB (web/README.md).
 */
import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type HtmlTagDescriptor, type Plugin } from 'vite'
import wording from './shared/words/boot.json' with { type: 'json' }

const root = resolve(import.meta.dirname, 'h5')

/** Replace Vant's icon style sheet, which carries 31 KiB of font and an address outside, by our subset. */
function subsetIcons(): Plugin {
  return {
    name: 'subset-icons',
    enforce: 'pre',
    load(id) {
      const isIconStyle = id.split('?')[0]?.replace(/\\/g, '/').endsWith('vant/es/icon/index.css')
      return isIconStyle ? `@import "${resolve(root, 'icons/vant-icon.css').replace(/\\/g, '/')}";` : null
    },
  }
}

/** Put the words of boot.json where index.html says `%key%`: the page speaks before any script has run. */
function wordsInIndex(): Plugin {
  const words: Record<string, string> = wording
  return {
    name: 'words-in-index',
    transformIndexHtml: {
      order: 'pre',
      handler: (html) =>
        html.replace(/%(boot\.[a-z_]+)%/g, (_, key: string) => {
          const text = words[key]
          if (text === undefined) throw new Error(`index.html asks for ${key}, which boot.json does not have`)
          return text
        }),
    },
  }
}

/** Fetch the home page together with the entry: it is a chunk of its own, but costs no round trip of its own. */
function preloadHome(): Plugin {
  return {
    name: 'preload-home',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const home = Object.values(bundle || {}).find((one) => one.type === 'chunk' && one.name === 'HomePage')
        if (!home || home.type !== 'chunk') return []
        const link = (file: string): HtmlTagDescriptor => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: true, href: `/h5/${file}` },
          injectTo: 'head',
        })
        const scripts = [home.fileName, ...home.imports].filter((file) => !html.includes(file))
        return scripts.map((file) => link(file))
      },
    },
  }
}

export default defineConfig({
  root,
  base: '/h5/',
  plugins: [subsetIcons(), wordsInIndex(), preloadHome(), vue()],
  // Our components and Vant's are all written with setup(); the older style of writing them would cost 3 KiB.
  define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false', __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false' },
  build: {
    outDir: resolve(import.meta.dirname, 'dist/h5'),
    emptyOutDir: true,
    // 15 KiB in one sheet: no page waits for its own, and the order of Vant's rules and ours is the same everywhere.
    cssCodeSplit: false,
    target: ['chrome61', 'safari11.1'],
    cssTarget: ['chrome61', 'safari11.1'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    port: 5173,
    proxy: {
      '/api': { target: 'http://127.0.0.1:8000', ws: true },
      '/g': 'http://127.0.0.1:8000',
    },
  },
})
