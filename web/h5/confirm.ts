/** Ask before something is lost. */

export interface Question {
  title: string
  message: string
  yes: string
  no: string
}

/** Fetch the dialog, which is no part of any page: most visits ask nothing. Null while there is no network. */
function fetchDialog(): Promise<typeof import('./dialog') | null> {
  return import('./dialog').catch(() => null)
}

/** Fetch the dialog ahead: a question is near, and the network may be gone by then. */
export function prepare(): void {
  void fetchDialog()
}

/** Ask; without a network the browser's own dialog asks the same. */
export async function confirm(question: Question): Promise<boolean> {
  const dialog = await fetchDialog()
  return dialog ? dialog.ask(question) : window.confirm(`${question.title}\n${question.message}`)
}
