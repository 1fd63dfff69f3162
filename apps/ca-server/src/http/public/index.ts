import type { FastifyInstance } from 'fastify'
import type { Authority, CrlPublisher, OcspResponder } from '../../authority/index.ts'
import { sendDocument } from './cached-document.ts'
import { certificateFormats, crlFormats, findDocument } from './issuer-documents.ts'
import { type OcspDesk, registerOcspRoutes } from './ocsp-routes.ts'

export interface PublicDesk extends Pick<OcspDesk, 'limits'> {
  readonly crls: CrlPublisher
  readonly ocsp: OcspResponder
}

/** What anybody may ask, without TLS: all of it is signed (RFC 5280 §8 on CRLs over HTTP). */
export const registerPublicRoutes = (
  server: FastifyInstance,
  authority: Authority,
  { crls, ocsp, limits }: PublicDesk,
): void => {
  const { clock } = authority
  const folders = { crl: crlFormats(crls), issuer: certificateFormats(authority) }
  for (const [folder, formats] of Object.entries(folders))
    server.get(`/${folder}/:file`, (request, reply) => {
      const { file = '' } = request.params as Readonly<Record<string, string>>
      return sendDocument(request, reply, findDocument(formats, file), clock())
    })
  registerOcspRoutes(server, ocsp, { clock, limits })
}
