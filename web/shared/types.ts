/** Name the shapes of the client API by where they are used, so that the server may rename its own types freely. */
import type { paths } from './schema'

type Ok<Operation> = Operation extends { responses: infer Responses }
  ? Responses extends { 200: { content: { 'application/json': infer Body } } }
    ? Body
    : Responses extends { 201: { content: { 'application/json': infer Body } } }
      ? Body
      : never
  : never
type Sent<Operation> = Operation extends { requestBody?: { content: { 'application/json': infer Body } } } ? Body : never

export type GuestCreated = Ok<paths['/api/v1/guests']['post']>
export type ItemPage = Ok<paths['/api/v1/items']['get']>
export type ItemSummary = ItemPage['items'][number]
/** Where an item is handled. */
export interface Hall {
  id: string
  name: string
  address: string
  hours: { days: number[]; from: string; to: string }[]
  phone: string
}
/** The whole guide; a server older than these pages names windows without their halls. */
export type Guide = Omit<Ok<paths['/api/v1/items/{code}']['get']>, 'halls'> & { halls?: Hall[] }
type MessageLine = Ok<paths['/api/v1/messages']['get']>['messages'][number]
/** One message; `client_id` is there when a client of ours sent it, `votable` when one may say what it was worth. */
export type Message = Omit<MessageLine, 'client_id' | 'votable'> & { client_id?: string; votable?: boolean }
export interface MessagePage {
  messages: Message[]
}
export type Part = Message['parts'][number]
export type Choice = Extract<Part, { type: 'choice' }>
export type MessageToSend = Sent<paths['/api/v1/messages']['post']>
export type PartToSend = MessageToSend['parts'][number]
/** `seq` is 0 while the answer is late: the message has no place yet. */
export type MessageAccepted = Omit<Ok<paths['/api/v1/messages']['post']>, 'replies'> & { replies: Message[] }
export type Feedback = Sent<paths['/api/v1/messages/{seq}/feedback']['post']>
export type PetitionToFile = Sent<paths['/api/v1/petitions']['post']>
export type PetitionKind = PetitionToFile['kind']
export type PetitionFiled = Ok<paths['/api/v1/petitions']['post']>
export type PetitionView = Ok<paths['/api/v1/petitions/{number}']['get']>
export type PetitionAction = PetitionView['actions'][number]
export type Rating = Sent<paths['/api/v1/petitions/{number}/rating']['post']>
export type Supplement = Sent<paths['/api/v1/petitions/{number}/supplement']['post']>
export type Withdrawal = Sent<paths['/api/v1/petitions/{number}/withdraw']['post']>
