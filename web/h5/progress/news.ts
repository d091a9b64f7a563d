/** Look at a petition anew when the conversation says something of it: the server pushes, nobody asks again and again. */
import { onBeforeUnmount, onMounted } from 'vue'
import type { Message } from '../../shared/types'
import { enter, leave, listen } from '../chat/conversation'

/** What comes together (a replay after a cut) is one look. */
const TOGETHER_MS = 300

/** Tell whether a message speaks of a petition. */
export function isAbout(message: Message, number: string): boolean {
  return message.from !== 'citizen' && JSON.stringify(message.parts).includes(number)
}

/** Hold the line while the page is there and call `refresh` for every bit of news. */
export function useNews(number: string, refresh: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let stop: () => void = () => undefined
  onMounted(() => {
    stop = listen((message) => {
      if (!isAbout(message, number)) return
      clearTimeout(timer)
      timer = setTimeout(refresh, TOGETHER_MS)
    })
    void enter()
  })
  onBeforeUnmount(() => {
    stop()
    clearTimeout(timer)
    leave()
  })
}
