import * as v from 'valibot'

/**
 * How files reach their consumer. files: each is replaced in its place. link: all at once, by the
 * switch of one link, for programs that read at their start or poll.
 */
export const publicationSchema = v.picklist(['files', 'link'])

interface PublishedSpec {
  readonly publication?: v.InferOutput<typeof publicationSchema> | undefined
  readonly certificate: { readonly path: string }
  readonly key: { readonly path: string }
  readonly also?: readonly { readonly path: string }[] | undefined
}

/** One link switches one directory. */
export const isInOneDirectory = ({
  publication,
  certificate,
  key,
  also = [],
}: PublishedSpec): boolean =>
  publication !== 'link' ||
  [key, ...also].every(({ path }) => directoryOf(path) === directoryOf(certificate.path))

const directoryOf = (path: string): string => path.slice(0, path.lastIndexOf('/'))
