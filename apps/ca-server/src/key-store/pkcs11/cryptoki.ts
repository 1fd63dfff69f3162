import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import type * as Library from 'pkcs11js'

/** A vendor's module, and the library that speaks to it with the numbers of the standard. */
export interface Cryptoki {
  readonly library: typeof Library
  readonly module: Library.PKCS11
}

/**
 * Loads a PKCS#11 module into this process. The npm package is native and optional, so it is asked
 * for only here. ERR_PKCS11_MODULE.
 */
export const loadCryptoki = async (path: string): Promise<Cryptoki> => {
  const library = await importLibrary()
  const module = new library.PKCS11()
  try {
    module.load(path)
  } catch (error) {
    throw new EasycertsError(
      'ERR_PKCS11_MODULE',
      `the PKCS#11 module ${path} cannot be loaded: ${reasonOf(error)}`,
    )
  }
  return { library, module }
}

const importLibrary = async (): Promise<typeof Library> => {
  try {
    return (await import('pkcs11js')).default
  } catch {
    throw new EasycertsError('ERR_PKCS11_MODULE', 'the npm package pkcs11js is not installed', {
      hint: 'it is optional and needs a compiler: npm install pkcs11js, beside ca-server',
    })
  }
}
