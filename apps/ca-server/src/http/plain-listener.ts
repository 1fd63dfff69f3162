import { createServer, type RequestListener, type Server } from 'node:http'
import { limitLife, SLOWNESS_CHECKS } from './connection-life.ts'

/** A listener without TLS: for what is public, for this machine alone, or behind the mode of a socket. */
export const createPlainListener = (handler: RequestListener): Server =>
  limitLife(createServer(SLOWNESS_CHECKS, handler), 'connection')
