/**
 * Hold the habits a compiler does not: words only in zh-CN.json, every word used, text never as markup, no flex gap, no outside address.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { relative, resolve } from 'node:path'

const web = resolve(import.meta.dirname, '..')
const words = JSON.parse(readFileSync(resolve(web, 'shared/zh-CN.json'), 'utf8'))

/** Keys put together at run time: `kind.${code}` and the like. */
const BUILT_KEYS = /^(?:kind|district|depth|boot)\./

function walk(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = resolve(folder, name)
    return statSync(path).isDirectory() ? walk(path) : [path]
  })
}

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
    if (/[\u3400-\u9fff]/.test(line)) faults.push(`${place}: Chinese text belongs into shared/zh-CN.json`)
    if (/v-html|innerHTML|outerHTML|insertAdjacentHTML|document\.write/.test(line)) faults.push(`${place}: text is shown as text, never as markup`)
    if (/(?:^|[\s;{])gap\s*:/.test(line)) faults.push(`${place}: gap in flex needs Chrome 84; use margins`)
    if (/["'(]https?:\/\/(?!www\.w3\.org)/.test(line)) faults.push(`${place}: the pages ask no other host`)
    if (/style="/.test(line) && path.endsWith('.vue') && !/:style="/.test(line)) faults.push(`${place}: a style attribute is blocked by the policy`)
    if (/\?\?=|\|\|=|&&=/.test(line)) faults.push(`${place}: logical assignment reads worse than it saves`)
  })
}
for (const key of Object.keys(words)) {
  if (!BUILT_KEYS.test(key) && !all.includes(`'${key}'`)) faults.push(`zh-CN.json: nobody uses ${key}`)
  if (typeof words[key] !== 'string' || words[key].trim() === '') faults.push(`zh-CN.json: ${key} is empty`)
}

for (const fault of faults) console.error(fault)
console.log(`${sources.length} sources, ${Object.keys(words).length} texts: ${faults.length || 'no'} faults`)
process.exit(faults.length ? 1 : 0)
