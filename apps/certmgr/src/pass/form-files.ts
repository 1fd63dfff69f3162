import type { FileWrite } from '@easycerts/adapters/files'
import { exportPkcs12, requirePassword } from '@easycerts/adapters/pkcs12'
import type {
  Action,
  CertificateForm,
  CertificateSpec,
  Pkcs12Form,
} from '@easycerts/shared/certificate-spec'
import {
  combinedPem,
  fileWriteOf,
  isCurrent,
  type KeyPair,
  octetsOf,
  pathOn,
  PEM_FORMS,
  placeOf,
} from '../disk/index.ts'
import { demandedBy } from '../plan/index.ts'
import type { CertmgrContext } from './certmgr-context.ts'
import { changeOfCertificate } from './changes-of.ts'

/** To be called before the CA is asked: a password that is missing would waste its answer. */
export const requirePasswords = (context: CertmgrContext, { also = [] }: CertificateSpec): void => {
  for (const form of also)
    if (form.form === 'pkcs12')
      requirePassword(pathOn(context.place, form.passwordFile), context.uid)
}

/** The other files of a spec as they are to be; no two PKCS#12 files are alike, so a good one stays. */
export const formFilesOf = async (
  context: CertmgrContext,
  spec: CertificateSpec,
  pair: KeyPair,
): Promise<FileWrite[]> => {
  const place = placeOf(context.place, spec)
  const files: FileWrite[] = []
  for (const form of spec.also ?? []) {
    const kept = isCurrent(place, form, pair) ? octetsOf(place, form) : undefined
    files.push(fileWriteOf(place, form, kept ?? (await contentOf(context, spec, form, pair))))
  }
  return files
}

const contentOf = async (
  context: CertmgrContext,
  spec: CertificateSpec,
  form: CertificateForm,
  pair: KeyPair,
): Promise<FileWrite['content']> =>
  form.form === 'pkcs12' ? pkcs12Of(context, spec, form, pair) : PEM_FORMS[form.form](pair)

const pkcs12Of = (
  { place, config, signal, uid }: CertmgrContext,
  { name }: CertificateSpec,
  { passwordFile, alias = name }: Pkcs12Form,
  pair: KeyPair,
): Promise<Buffer> =>
  exportPkcs12(
    { pem: combinedPem(pair), alias, passwordFile: pathOn(place, passwordFile) },
    { timeout: config.actionTimeout, signal, uid, scratchDirectory: config.state },
  )

/** What follows where the certificate stays and one of its other files gets new octets. */
export const actionsOfForms = (
  context: CertmgrContext,
  spec: CertificateSpec,
  pair: KeyPair,
): Action[] =>
  (spec.also ?? []).every((form) => isCurrent(placeOf(context.place, spec), form, pair))
    ? []
    : demandedBy(changeOfCertificate(context, spec, 'config'), spec.actions.config ?? [])
