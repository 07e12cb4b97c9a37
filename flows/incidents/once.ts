import type { Scene } from './scene.ts';

/** A look that several rules share: it is taken once for each scene. */
export function oncePerScene<T>(look: (scene: Scene) => Promise<T>): (scene: Scene) => Promise<T> {
  const taken = new WeakMap<Scene, Promise<T>>();
  return (scene) => {
    const before = taken.get(scene);
    if (before) return before;
    const answer = look(scene);
    taken.set(scene, answer);
    return answer;
  };
}
