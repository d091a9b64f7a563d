/** Take the API's description from a running server, whose own generator writes it, into openapi.json. */
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

const server = process.argv[2] || 'http://127.0.0.1:8000'
const answer = await fetch(`${server}/api/v1/openapi.json`)
if (!answer.ok) throw new Error(`${server} answered ${answer.status}`)
const description = await answer.json()
writeFileSync(resolve(import.meta.dirname, '../openapi.json'), `${JSON.stringify(description, null, 1)}\n`)
console.log(`${Object.keys(description.paths).length} paths; now: npm run types`)
