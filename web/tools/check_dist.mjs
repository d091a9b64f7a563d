/**
 * Weigh the built pages against tools/budgets.json, and hold that they lead nowhere else and speak no newer language than promised.
 *
 * `--json` prints the figures alone. What only a browser can weigh (the first load on the wire) is tests/browser/test_budgets.py.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'

const web = resolve(import.meta.dirname, '..')
const dist = resolve(web, 'dist/h5')
const budgets = JSON.parse(readFileSync(resolve(web, 'tools/budgets.json'), 'utf8'))
const read = (name) => readFileSync(resolve(dist, name))
const kib = (bytes) => Math.round((bytes / 1024) * 10) / 10
const packed = (name) => gzipSync(read(name), { level: 9 }).length

const index = read('index.html').toString()
const names = readdirSync(resolve(dist, 'assets')).map((name) => `assets/${name}`)
const scripts = names.filter((name) => name.endsWith('.js'))
const styles = names.filter((name) => name.endsWith('.css'))

/** Follow static imports, the way a browser must before the chunk can run. */
function withImports(name, seen = new Set()) {
  if (seen.has(name)) return seen
  seen.add(name)
  for (const [, file] of read(name).toString().matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) withImports(`assets/${file}`, seen)
  return seen
}

const sum = (list) => Array.from(list).reduce((total, name) => total + packed(name), 0)
const entry = /<script type="module"[^>]* src="\/h5\/([^"]+)"/.exec(index)[1]
const entryFiles = withImports(entry)
const routes = scripts.filter((name) => /Page-[\w-]{8}\.js$/.test(name))

const figures = {
  entry_js: kib(sum(entryFiles)),
  any_route_js: Math.max(...routes.map((name) => kib(sum(Array.from(withImports(name)).filter((one) => !entryFiles.has(one)))))),
  all_js: kib(sum(scripts)),
  all_css: kib(sum(styles)),
  icon_font: kib(read(names.find((name) => name.endsWith('.woff2'))).length),
}

const faults = []
for (const [name, value] of Object.entries(figures)) {
  if (value > budgets[name]) faults.push(`${name}: ${value} KiB is over the budget of ${budgets[name]} KiB`)
}
for (const name of [...scripts, ...styles, 'index.html']) {
  const text = read(name).toString()
  // Namespaces are names, not addresses; Vue's and Vant's error pages are only printed, never asked for.
  const addresses = text.match(/(?:https?:)?\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)+/gi) || []
  for (const address of addresses) if (!/www\.w3\.org|vuejs\.org/.test(address)) faults.push(`${name} names an outside address: ${address}`)
}
for (const name of scripts) {
  const text = read(name).toString().replace(/"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|'(?:[^'\\]|\\.)*'/g, '""')
  if (/[\w)\]]\?\.[A-Za-z_$[(]/.test(text) || /\?\?/.test(text)) faults.push(`${name} holds ?. or ??, which chrome61 cannot read`)
}
for (const name of styles) {
  const rules = read(name).toString().match(/\{[^{}]*display:flex[^{}]*\}/g) || []
  if (rules.some((rule) => /[;{]gap:/.test(rule))) faults.push(`${basename(name)} uses gap in flex, which chrome61 ignores`)
}

if (process.argv.includes('--json')) console.log(JSON.stringify(figures))
else console.log('pages, KiB gzip:', Object.entries(figures).map(([name, value]) => `${name} ${value}/${budgets[name]}`).join(', '))
for (const fault of faults) console.error(fault)
process.exit(faults.length ? 1 : 0)
