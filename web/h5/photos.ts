/** Prepare and store photos: only pictures, not too large, made smaller where the phone turns them upright itself. */
import { storeMedia } from '../shared/client'
import { t } from '../shared/i18n'

export const PHOTO_LIMIT = 9
const LARGEST_BYTES = 10 * 1024 * 1024
const SHRINK_OVER_BYTES = 1024 * 1024
const LONGEST_SIDE = 1920
const QUALITY = 0.85

/** The picture cannot be taken; the message is Chinese and may be shown. */
export class PhotoRefused extends Error {}

/** Store a picture and return its id. */
export async function storePhoto(file: Blob): Promise<string> {
  if (!/^image\//.test(file.type)) throw new PhotoRefused(t('photo.not_image'))
  const picture = await shrink(file)
  if (picture.size > LARGEST_BYTES) throw new PhotoRefused(t('photo.too_large'))
  return storeMedia(picture)
}

/** Draw a large picture smaller, which also drops where it was taken; when that fails the original is as good. */
async function shrink(file: Blob): Promise<Blob> {
  // Old browsers draw a turned photo lying down, and the mark that says so is lost.
  const isUpright = typeof CSS !== 'undefined' && CSS.supports('image-orientation', 'from-image')
  if (file.size <= SHRINK_OVER_BYTES || !isUpright) return file
  const address = URL.createObjectURL(file)
  try {
    const smaller = await draw(await loadImage(address))
    return smaller && smaller.size < file.size ? smaller : file
  } catch {
    return file
  } finally {
    URL.revokeObjectURL(address)
  }
}

function loadImage(address: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image()
    image.onload = () => resolve(image)
    image.onerror = () => reject(new Error('unreadable picture'))
    image.src = address
  })
}

function draw(image: HTMLImageElement): Promise<Blob | null> {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(image.naturalWidth, image.naturalHeight))
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(image.naturalWidth * scale)
  canvas.height = Math.round(image.naturalHeight * scale)
  const context = canvas.getContext('2d')
  if (!context) return Promise.resolve(null)
  context.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY))
}
