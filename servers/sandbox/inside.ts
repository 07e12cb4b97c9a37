import { control } from './control.ts';
import { isMoving, startControllers } from './kubernetes/controllers/start.ts';
import { openKubernetes } from './kubernetes/open.ts';
import { answerAt } from './kubernetes/way-in.ts';
import { openPrometheus } from './prometheus/prometheus.ts';
import type { World } from './world.ts';

/** What goes on inside clusters: their API servers, controllers and kubelets, their Prometheus, and the ways to break them. */
export function openInside(world: World) {
  const kubernetes = openKubernetes(world, (cluster) => {
    prometheus.follow(cluster.id, cluster.store);
    return startControllers(cluster);
  });
  const prometheus = openPrometheus({ world, store: (id) => kubernetes.cluster(id)?.store });
  const stage = {
    world,
    open: (id: string) => {
      const motion = kubernetes.cluster(id)?.motion;
      return isMoving(motion) ? { id, motion } : undefined;
    },
  };
  return {
    kubernetes,
    prometheus,
    /** What the load balancers of a cluster answer: `/way-in/CLUSTER/ADDRESS:PORT/…`. */
    wayIn: (request: Parameters<typeof answerAt>[1]) => answerAt(stage.open, request),
    control: (request: Parameters<typeof control>[1]) => control(stage, request),
    close() {
      prometheus.close();
      kubernetes.close();
    },
  };
}
