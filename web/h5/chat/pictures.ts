/** Remember the pictures sent from this page, to show them without asking the server. */
const addresses = new Map<string, string>()

/** Keep a picture under its media id. */
export function rememberPicture(mediaId: string, picture: Blob): void {
  addresses.set(mediaId, URL.createObjectURL(picture))
}

/** Return an address for `<img>`, or undefined for a picture from elsewhere. */
export function pictureOf(mediaId: string): string | undefined {
  return addresses.get(mediaId)
}
