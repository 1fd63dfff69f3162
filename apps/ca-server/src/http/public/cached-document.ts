import type { FastifyReply, FastifyRequest } from 'fastify'

/** Something that anybody may keep for a while (RFC 9111). */
export interface CachedDocument {
  readonly mediaType: string
  readonly content: Buffer | string
  /** Without quotes; another one for other octets. */
  readonly tag: string
  readonly lastModified: Date
  readonly expires: Date
}

/** Sends it, or 304 to who has it already. A HEAD gets the same headers. */
export const sendDocument = (
  request: FastifyRequest,
  reply: FastifyReply,
  { mediaType, content, tag, lastModified, expires }: CachedDocument,
  now: Date,
): FastifyReply => {
  const maxAge = Math.max(0, Math.floor((expires.getTime() - now.getTime()) / 1000))
  void reply.headers({
    etag: `"${tag}"`,
    'last-modified': lastModified.toUTCString(),
    expires: expires.toUTCString(),
    'cache-control': `public, max-age=${maxAge}, no-transform, must-revalidate`,
  })
  return hasAlready(request, tag, lastModified)
    ? reply.status(304).send()
    : reply.type(mediaType).send(content)
}

/** RFC 9110 §13.1: If-Modified-Since counts only where there is no If-None-Match. */
const hasAlready = ({ headers }: FastifyRequest, tag: string, lastModified: Date): boolean => {
  const tags = headers['if-none-match']
  if (tags !== undefined)
    return tags
      .split(',')
      .some((each) => ['*', `"${tag}"`].includes(each.trim().replace(/^W\//, '')))
  const since = Date.parse(headers['if-modified-since'] ?? '')
  return since >= Math.floor(lastModified.getTime() / 1000) * 1000
}
