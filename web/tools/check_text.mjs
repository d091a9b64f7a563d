/**
 * Hold the habits a compiler does not: words only in shared/words, every word used and brought by the pages that say it, text never as
 * markup, no flex gap, no outside address.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, relative, resolve } from 'node:path'

const web = resolve(import.meta.dirname, '..')

/** Keys put together at run time: `kind.${code}` and the like. */
const BUILT_KEYS = /^(?:kind|district|depth|boot)\./

function walk(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = resolve(folder, name)
    return statSync(path).isDirectory() ? walk(path) : [path]
  })
}

/** The words by file; a key stands in one of them. */
const files = walk(resolve(web, 'shared/words')).map((path) => ({ path, words: JSON.parse(readFileSync(path, 'utf8')) }))
const home = new Map(files.flatMap(({ path, words }) => Object.keys(words).map((key) => [key, path])))
const sources = ['shared', 'h5'].flatMap((folder) => walk(resolve(web, folder))).filter((path) => /\.(ts|vue|css|html)$/.test(path) && !/schema\.d\.ts$|\.test\.ts$/.test(path))
const faults = []
let all = ''

for (const path of sources) {
  const text = readFileSync(path, 'utf8')
  all += text
  // A comment may name a Chinese term once (style guide, section 2).
  const code = text.replace(/\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->|(^|\s)\/\/[^\n]*/g, (comment) => comment.replace(/[^\n]/g, ' '))
  code.split('\n').forEach((line, index) => {
    const place = `${relative(web, path)}:${index + 1}`
    if (/[\u3400-\u9fff]/.test(line)) faults.push(`${place}: Chinese text belongs into shared/words`)
    if (/v-html|innerHTML|outerHTML|insertAdjacentHTML|document\.write/.test(line)) faults.push(`${place}: text is shown as text, never as markup`)
    if (/(?:^|[\s;{])gap\s*:/.test(line)) faults.push(`${place}: gap in flex needs Chrome 84; use margins`)
    if (/["'(]https?:\/\/(?!www\.w3\.org)/.test(line)) faults.push(`${place}: the pages ask no other host`)
    if (/style="/.test(line) && path.endsWith('.vue') && !/:style="/.test(line)) faults.push(`${place}: a style attribute is blocked by the policy`)
    if (/\?\?=|\|\|=|&&=/.test(line)) faults.push(`${place}: logical assignment reads worse than it saves`)
  })
}
for (const { path, words } of files) {
  for (const [key, text] of Object.entries(words)) {
    const place = `${basename(path)}: ${key}`
    if (home.get(key) !== path) faults.push(`${place} stands in ${basename(home.get(key))} as well`)
    if (!BUILT_KEYS.test(key) && !all.includes(`'${key}'`)) faults.push(`${place} is used by nobody`)
    if (typeof text !== 'string' || text.trim() === '') faults.push(`${place} is empty`)
  }
}

/** Return everything a source imports at once, and what that imports; a lazy page is no part of it, nor is what is there for its types. */
function withImports(path, seen = new Set()) {
  if (seen.has(path)) return seen
  seen.add(path)
  if (path.endsWith('.json')) return seen
  for (const [, name] of readFileSync(path, 'utf8').matchAll(/^import (?!type )[^'\n]*'(\.[^']+)'/gm)) {
    const found = [resolve(dirname(path), name), resolve(dirname(path), `${name}.ts`)].find((one) => existsSync(one) && statSync(one).isFile())
    if (found) withImports(found, seen)
  }
  return seen
}

/** Tell whether a source says a key, by its name or by its beginning. */
function says(text, key) {
  return text.includes(`'${key}'`) || (BUILT_KEYS.test(key) && text.includes(`\`${key.split('.')[0]}.\${`))
}

const entry = withImports(resolve(web, 'h5/main.ts'))
for (const page of walk(resolve(web, 'h5/pages'))) {
  const reached = withImports(page)
  const said = Array.from(reached).filter((path) => !path.endsWith('.json')).map((path) => readFileSync(path, 'utf8')).join('')
  for (const [key, path] of home) {
    if (says(said, key) && !reached.has(path) && !entry.has(path)) faults.push(`${basename(page)} says ${key} and does not bring ${basename(path)}`)
  }
}
for (const path of entry) {
  const text = path.endsWith('.json') ? '' : readFileSync(path, 'utf8')
  for (const [key, from] of home) if (says(text, key) && !entry.has(from)) faults.push(`${relative(web, path)} says ${key} before any page brings ${basename(from)}`)
}

for (const fault of faults) console.error(fault)
console.log(`${sources.length} sources, ${home.size} texts: ${faults.length || 'no'} faults`)
process.exit(faults.length ? 1 : 0)
