import { chmodSync, rmSync } from 'node:fs'
import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import type { FastifyInstance } from 'fastify'

/** ERR_USAGE for a port or an address that cannot be had. */
export const bindPort = async (
  server: FastifyInstance,
  where: { host: string; port: number },
): Promise<void> => {
  try {
    await server.listen(where)
  } catch (error) {
    throw new EasycertsError(
      'ERR_USAGE',
      `cannot listen on ${where.host} port ${where.port}: ${reasonOf(error)}`,
      {
        hint: 'is another ca-server running, or the port taken? change "listen" in ca-server.yaml',
      },
    )
  }
}

/** A socket left behind by a killed server is removed: the data directory's lock says that we are alone. */
export const bindSocket = async (server: FastifyInstance, path: string): Promise<void> => {
  rmSync(path, { force: true })
  try {
    await server.listen({ path })
    chmodSync(path, 0o600)
  } catch (error) {
    throw new EasycertsError('ERR_USAGE', `cannot listen on ${path}: ${reasonOf(error)}`, {
      hint: 'a socket path has at most 107 characters: use a shorter data directory',
    })
  }
}
