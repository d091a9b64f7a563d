/**
 * Keep a line to the server open: one-time ticket, resume by `seq`, heartbeat, growing pauses, polling where no WebSocket lives.
 *
 * Timers stop while a phone sleeps and the socket dies without a word, so age is judged again when the page is seen (`wake`).
 */
import type { Message } from './types'

export type LineState = 'connecting' | 'open' | 'polling' | 'closed'

export type ServerFrame =
  | ({ type: 'message' } & Message)
  | { type: 'ack'; client_id: string; seq: number }
  | { type: 'refused'; client_id: string; code: string; title: string }
  | { type: 'typing' }
  | { type: 'read'; seq: number }
  | { type: 'queue'; position: number; wait_s: number }
  | { type: 'ping' }

/** What a socket must offer; the browser's own does. */
export interface Socket {
  readyState: number
  send(text: string): void
  close(): void
  onopen: (() => void) | null
  onmessage: ((event: { data: string }) => void) | null
  onclose: (() => void) | null
}

export interface LinePorts {
  ticket(): Promise<string>
  open(ticket: string, after: number): Socket
  /** Read what came after a seq by plain HTTP. */
  poll(after: number): Promise<Message[]>
  /** The last seq up to which everything has been seen. */
  after(): number
  receive(frame: ServerFrame): void
  changed(state: LineState): void
}

export interface Timing {
  deadAfterMs: number
  staleAfterMs: number
  openLimitMs: number
  firstPauseMs: number
  longestPauseMs: number
  pollAfterFailures: number
}

export const TIMING: Timing = {
  deadAfterMs: 35_000, // the server pings every 15 s: two missed and some slack
  staleAfterMs: 20_000,
  openLimitMs: 8_000,
  firstPauseMs: 300,
  longestPauseMs: 8_000,
  pollAfterFailures: 3,
}

const OPEN = 1

/** Hold the line until `stop`. */
export class Line {
  private socket: Socket | null = null
  private failures = 0
  private isStopped = true
  private attempt = 0
  private lastHeardMs = 0
  private timers: ReturnType<typeof setTimeout>[] = []

  constructor(
    private readonly ports: LinePorts,
    private readonly timing: Timing = TIMING,
    private readonly random: () => number = Math.random,
  ) {}

  /** Connect and stay connected. */
  start(): void {
    if (!this.isStopped) return
    this.isStopped = false
    this.failures = 0
    this.ports.changed('connecting')
    void this.connect()
  }

  /** Hang up for good. */
  stop(): void {
    this.isStopped = true
    this.hangUp()
    this.ports.changed('closed')
  }

  /** Send a frame when the line is open; tell whether it was sent. */
  send(frame: object): boolean {
    if (this.socket === null || this.socket.readyState !== OPEN) return false
    this.socket.send(JSON.stringify(frame))
    return true
  }

  /** Look at the line again: the page is visible once more, or the phone says it is online. */
  wake(): void {
    const isFresh = this.socket !== null && Date.now() - this.lastHeardMs < this.timing.staleAfterMs
    if (this.isStopped || isFresh) return
    this.failures = 0
    this.hangUp()
    void this.connect()
  }

  private async connect(): Promise<void> {
    const attempt = ++this.attempt
    try {
      const ticket = await this.ports.ticket()
      if (attempt !== this.attempt || this.isStopped) return
      this.listen(this.ports.open(ticket, this.ports.after()))
    } catch {
      if (attempt === this.attempt) this.lost()
    }
  }

  private listen(socket: Socket): void {
    this.socket = socket
    const openLimit = this.later(this.timing.openLimitMs, () => this.lost())
    socket.onopen = () => {
      clearTimeout(openLimit)
      this.failures = 0
      this.heard()
      this.ports.changed('open')
    }
    socket.onmessage = (event) => {
      this.heard()
      this.take(event.data)
    }
    socket.onclose = () => this.lost()
  }

  private take(text: string): void {
    let frame: ServerFrame
    try {
      frame = JSON.parse(text) as ServerFrame
    } catch {
      return // not ours to understand; the heartbeat still counts
    }
    if (frame.type === 'ping') this.send({ type: 'pong' })
    else this.ports.receive(frame)
  }

  private heard(): void {
    this.lastHeardMs = Date.now()
    this.clearTimers()
    this.later(this.timing.deadAfterMs, () => this.lost())
  }

  private lost(): void {
    this.hangUp()
    if (this.isStopped) return
    this.failures += 1
    const isPolling = this.failures >= this.timing.pollAfterFailures
    this.ports.changed(isPolling ? 'polling' : 'connecting')
    if (isPolling) void this.poll()
    this.later(this.pause(), () => void this.connect())
  }

  private async poll(): Promise<void> {
    try {
      for (const message of await this.ports.poll(this.ports.after())) this.ports.receive({ type: 'message', ...message })
    } catch {
      // The next try comes with the next pause.
    }
  }

  /** Double the pause with each failure and shake it, so that a restarted server is not met by everyone at once. */
  private pause(): number {
    const full = Math.min(this.timing.longestPauseMs, this.timing.firstPauseMs * 2 ** (this.failures - 1))
    return full * (0.5 + this.random() / 2)
  }

  private hangUp(): void {
    this.attempt += 1
    this.clearTimers()
    const socket = this.socket
    this.socket = null
    if (socket === null) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close()
  }

  private later(delayMs: number, act: () => void): ReturnType<typeof setTimeout> {
    const timer = setTimeout(act, delayMs)
    this.timers.push(timer)
    return timer
  }

  private clearTimers(): void {
    for (const timer of this.timers) clearTimeout(timer)
    this.timers = []
  }
}
