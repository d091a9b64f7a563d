/** Speak the client API: typed calls that return the answer or throw a `Problem` or `NoAnswer`. */
import { NoAnswer, problemFrom } from './problem'
import { sessionOver } from './session'
import type { Feedback, Guide, GuestCreated, ItemPage, Message, MessageAccepted, MessagePage, MessageToSend, PetitionFiled, PetitionToFile, PetitionView } from './types'

const ANSWER_LIMIT_MS = 20_000
const UPLOAD_LIMIT_MS = 120_000

interface Call {
  method?: 'GET' | 'POST'
  path: string
  query?: Record<string, string | number | undefined>
  body?: unknown
  headers?: Record<string, string>
}

const session = sessionOver(localStorage, async () => (await ask<GuestCreated>({ method: 'POST', path: '/guests' })).token)

/** Call `act` when the server no longer knows our guest, so that what belonged to it is let go; return what ends it. */
export function onGuestChange(act: () => void): () => void {
  return session.onChange(act)
}

/** Give up waiting after `limit`; an AbortController is missing on the oldest phones, so the late answer is simply ignored. */
function withLimit<T>(work: Promise<T>, limit: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new NoAnswer()), limit)
    work.then(
      (value) => (clearTimeout(timer), resolve(value)),
      (error) => (clearTimeout(timer), reject(error)),
    )
  })
}

/** Send a call, with a token when there is one; our own paths only, so no other host ever learns it. */
function send({ method = 'GET', path, query = {}, body, headers = {} }: Call, token?: string): Promise<Response> {
  const words = Object.keys(query)
    .filter((name) => query[name] !== undefined)
    .map((name) => `${name}=${encodeURIComponent(String(query[name]))}`)
  const isPicture = body instanceof Blob
  return fetch(`/api/v1${path}${words.length ? `?${words.join('&')}` : ''}`, {
    method,
    headers: {
      Accept: 'application/json',
      ...(body !== undefined && { 'Content-Type': isPicture ? body.type : 'application/json' }),
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body !== undefined && { body: isPicture ? body : JSON.stringify(body) }),
  })
}

/** Send as the guest; a token the server has forgotten is replaced once. */
async function sendAsGuest(call: Call): Promise<Response> {
  const token = await session.token()
  const response = await send(call, token)
  if (response.status !== 401) return response
  session.drop(token)
  return send(call, await session.token())
}

/** Ask without saying who we are. */
function ask<Body>(call: Call): Promise<Body> {
  return bodyOf<Body>(send(call), ANSWER_LIMIT_MS)
}

/** Ask as the guest. */
function askAsGuest<Body>(call: Call, limit = ANSWER_LIMIT_MS): Promise<Body> {
  return bodyOf<Body>(sendAsGuest(call), limit)
}

/** Return the body of a good answer; throw what a bad one says, and `NoAnswer` when none came whole. */
async function bodyOf<Body>(sending: Promise<Response>, limit: number): Promise<Body> {
  const reading = sending.then(async (response) => ({ response, body: (await response.json().catch(() => null)) as unknown }))
  const { response, body } = await withLimit(reading, limit).catch((error: unknown) => {
    // fetch rejects with a TypeError when the network is gone; our own errors pass through.
    throw error instanceof TypeError ? new NoAnswer() : error
  })
  if (!response.ok) throw problemFrom(response.status, body)
  if (body === null) throw new NoAnswer()
  return body as Body
}

/** Search items by everyday words; without `q` list them. */
export function findItems(query: { q?: string; audience?: string; cursor?: string; limit?: number }): Promise<ItemPage> {
  return ask({ path: '/items', query })
}

/** Read the whole guide of an item. */
export function readGuide(code: string): Promise<Guide> {
  return ask({ path: `/items/${encodeURIComponent(code)}` })
}

/** Say something; a repeated `client_id` returns the first answer. */
export function sendMessage(body: MessageToSend): Promise<MessageAccepted> {
  return askAsGuest({ method: 'POST', path: '/messages', body })
}

/** Read everything said after `after`, in order; the server gives it in pages. */
export async function readMessages(after: number): Promise<Message[]> {
  const { messages } = await askAsGuest<MessagePage>({ path: '/messages', query: { after } })
  const last = messages[messages.length - 1]
  return last ? [...messages, ...(await readMessages(last.seq))] : []
}

/** Say whether the answer at `seq` was of use; the last word counts, and the same word twice is one. */
export async function voteOn(seq: number, useful: boolean): Promise<void> {
  const body: Feedback = { useful }
  await askAsGuest({ method: 'POST', path: `/messages/${seq}/feedback`, body })
}

/** Get a ticket that opens the stream once within 30 seconds. */
export async function streamTicket(): Promise<string> {
  return (await askAsGuest<{ ticket: string }>({ method: 'POST', path: '/stream/tickets' })).ticket
}

/** File a petition; the same `idempotencyKey` files it once however often it is sent. */
export function filePetition(body: PetitionToFile, idempotencyKey: string): Promise<PetitionFiled> {
  return askAsGuest({ method: 'POST', path: '/petitions', body, headers: { 'Idempotency-Key': idempotencyKey } })
}

/** Follow a petition with our own token or its query key; a number alone opens nothing. */
export function readPetition(number: string, key: string | null): Promise<PetitionView> {
  return askAsGuest({ path: `/petitions/${encodeURIComponent(number)}`, query: key === null ? {} : { key } })
}

/** Do something to a petition, once however often it is sent under one `idempotencyKey`; return it as it stands then. */
export function actOnPetition(number: string, action: string, body: object, key: string | null, idempotencyKey: string): Promise<PetitionView> {
  const path = `/petitions/${encodeURIComponent(number)}/${action}`
  return askAsGuest({ method: 'POST', path, query: key === null ? {} : { key }, body, headers: { 'Idempotency-Key': idempotencyKey } })
}

/** Store a picture and return its id. */
export async function storeMedia(picture: Blob): Promise<string> {
  return (await askAsGuest<{ media_id: string }>({ method: 'POST', path: '/media', body: picture }, UPLOAD_LIMIT_MS)).media_id
}

/** Fetch a picture of our own conversation; an `<img>` alone could not show who asks. */
export async function readMedia(mediaId: string): Promise<Blob> {
  const response = await withLimit(sendAsGuest({ path: `/media/${encodeURIComponent(mediaId)}` }), UPLOAD_LIMIT_MS)
  if (!response.ok) throw problemFrom(response.status, null)
  return response.blob()
}
