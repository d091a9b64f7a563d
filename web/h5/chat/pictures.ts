/** Hold the pictures of the conversation by media id: our own at once, others fetched with our token when first shown. */
import { shallowReactive } from 'vue'
import { readMedia } from '../../shared/client'

const addresses = shallowReactive(new Map<string, string>())
const asked = new Set<string>()

/** Keep a picture under its media id. */
export function rememberPicture(mediaId: string, picture: Blob): void {
  asked.add(mediaId)
  addresses.set(mediaId, URL.createObjectURL(picture))
}

/** Return an address for `<img>`, or undefined while it is on its way or cannot be had. */
export function pictureOf(mediaId: string): string | undefined {
  if (!asked.has(mediaId)) void fetchPicture(mediaId)
  return addresses.get(mediaId)
}

async function fetchPicture(mediaId: string): Promise<void> {
  asked.add(mediaId)
  try {
    rememberPicture(mediaId, await readMedia(mediaId))
  } catch {
    // The placeholder stays; the next visit to the page asks again.
  }
}
