import { isRootImage, parseImage } from '../image.ts';
import { everyContainer } from '../objects.ts';
import { type Check, finding } from './check.ts';

/** Images that are named so that everybody gets the same one. https://kubernetes.io/docs/concepts/containers/images/#image-names */
export const images: Check = ({ parts, environment }) =>
  parts.flatMap(({ spec }) =>
    everyContainer(spec).flatMap(({ name, image: text, securityContext }) => {
      const image = parseImage(text);
      if (!image) return [finding('block', 'image-name', { container: name, image: text })];
      const { tag, digest } = image;
      const moving = digest === undefined && (tag === undefined || tag === 'latest');
      const nonRoot = securityContext.runAsNonRoot ?? spec.securityContext.runAsNonRoot;
      const user = securityContext.runAsUser ?? spec.securityContext.runAsUser;
      return [
        ...(moving ? [finding(environment === 'prod' ? 'block' : 'warn', 'image-latest', { image: text })] : []),
        ...(digest === undefined && !moving ? [finding('note', 'image-digest', { image: text })] : []),
        ...(nonRoot === true && user === undefined && isRootImage(image)
          ? [finding('block', 'root-image', { image: text })]
          : []),
      ];
    }),
  );
