import {
  type CfsslFailure,
  type CfsslResult,
  failureBody,
  successBody,
} from '@easycerts/cfssl/protocol'

/** One answer at the door, as HTTP will have it. */
export interface LegacyReply {
  readonly status: number
  readonly contentType: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

/** What cfssl gives every failure, whose body is JSON all the same. */
export const TEXT_TYPE = 'text/plain; charset=utf-8'

export const NOT_FOUND: LegacyReply = {
  status: 404,
  contentType: TEXT_TYPE,
  body: '404 page not found\n',
}

/** What Go's ServeMux answers where a path is written in another way than its own. */
export const movedTo = (location: string, hasBody: boolean): LegacyReply => ({
  status: 301,
  contentType: hasBody ? 'text/html; charset=utf-8' : TEXT_TYPE,
  headers: { location },
  body: hasBody ? `<a href="${escapeHtml(location)}">Moved Permanently</a>.\n\n` : '',
})

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
}

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')

export const successReply = (result: CfsslResult, contentType: string): LegacyReply => ({
  status: 200,
  contentType,
  body: successBody(result),
})

export const failureReply = (failure: CfsslFailure): LegacyReply => ({
  status: failure.status,
  contentType: TEXT_TYPE,
  body: failureBody(failure),
})
