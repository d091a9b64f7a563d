/** Ask the phone for what pages need, so that no page asks which app it runs in. */

export interface Point {
  lat: number
  lng: number
}

/** The citizen does not allow it. */
export class LocateDenied extends Error {}

/** Return where the phone is (WGS-84); throws `LocateDenied` or a plain error when it cannot tell within ten seconds. */
export function locate(): Promise<Point> {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) return reject(new Error('no geolocation'))
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ lat: round(coords.latitude), lng: round(coords.longitude) }),
      (error) => reject(error.code === error.PERMISSION_DENIED ? new LocateDenied() : new Error('no position')),
      { enableHighAccuracy: true, timeout: 10_000, maximumAge: 60_000 },
    )
  })
}

/** Keep a metre: more digits say nothing about a petition's place. */
function round(degrees: number): number {
  return Math.round(degrees * 1e5) / 1e5
}

/** Copy text; the old way where the new one is missing or refused. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text)
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea')
  area.value = text
  area.setAttribute('readonly', '')
  area.style.position = 'fixed'
  area.style.opacity = '0'
  document.body.appendChild(area)
  area.select()
  const isCopied = document.execCommand('copy')
  document.body.removeChild(area)
  return isCopied
}
