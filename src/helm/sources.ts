import type { ChartSource } from './chart.ts';
import type { ChartFacts } from './job.ts';
import { FOLDER, folderPlace, httpPlace, ociPlace, type Place, type PlaceParts } from './places.ts';
import { ChartError } from './types.ts';

/** Where charts come from: the operator's folder, and the repositories that are listed. Nothing else is ever asked. */
export interface ChartSources {
  /** By a name, or by an address below one that is listed; the newest where no version is said. Rejects with ChartError. */
  find(wanted: WantedChart, signal?: AbortSignal): Promise<FoundChart>;
  /** What there is, in its newest version, and where it could not be told. */
  list(signal?: AbortSignal): Promise<ListedCharts>;
}

interface WantedChart {
  reference: string;
  /** A version, or a range of them. */
  version?: string | undefined;
}

interface FoundChart {
  source: ChartSource;
  /** Where it was found, for people. */
  place: string;
}

interface ListedCharts {
  charts: (ChartFacts & { place: string })[];
  /** `why` is absent where a place cannot tell by its nature. */
  unknown: { place: string; why?: string }[];
}

interface SourceParts extends PlaceParts {
  folder: string;
  /** `https://…` and `oci://…`, as they are listed. */
  repositories: readonly string[];
}

const MOST_LISTED = 200;
const CHART = /^[a-zA-Z0-9][\w.-]{0,100}$/;

export function createChartSources({ folder, repositories, ...parts }: SourceParts): ChartSources {
  const places = [
    folderPlace(folder, parts.thread),
    ...repositories.map((one) => (one.startsWith('oci://') ? ociPlace(one, parts) : httpPlace(one, parts))),
  ];
  return {
    async find({ reference, version }, signal) {
      const { chart, among } = meant(reference, places);
      const problems: string[] = [];
      for (const place of among) {
        try {
          const source = await place.find(chart, version, signal);
          if (source) return { source, place: place.name };
        } catch (error) {
          // One place that does not answer keeps none of the others from having it.
          if (!(error instanceof ChartError) || error.code !== 'CHART_UNREACHABLE') throw error;
          problems.push(error.message);
        }
      }
      if (problems.length > 0) throw new ChartError('CHART_UNREACHABLE', problems.join('; '));
      const named = version === undefined ? chart : `${chart} ${version}`;
      const where = among.map(({ name }) => name).join(', ');
      throw new ChartError('CHART_NOT_FOUND', `There is no chart ${named} in ${where}`);
    },
    async list(signal) {
      const listed: ListedCharts = { charts: [], unknown: [] };
      for (const { name, list } of places) {
        try {
          const charts = await list?.(signal);
          if (charts) listed.charts.push(...charts.map((chart) => ({ ...chart, place: name })));
          else listed.unknown.push({ place: name });
        } catch (error) {
          if (!(error instanceof ChartError)) throw error;
          listed.unknown.push({ place: name, why: error.message });
        }
      }
      return { ...listed, charts: listed.charts.slice(0, MOST_LISTED) };
    },
  };
}

/** A bare name may be anywhere; an address has to be below one that is listed. */
function meant(reference: string, places: readonly Place[]): { chart: string; among: readonly Place[] } {
  if (CHART.test(reference)) return { chart: reference, among: places };
  for (const place of places) {
    const base = `${place.name.replace(/\/$/, '')}/`;
    if (place.name === FOLDER || !reference.startsWith(base)) continue;
    const chart = reference.slice(base.length);
    const parts = chart.split('/');
    const isDeepEnough = parts.length === 1 || place.name.startsWith('oci://');
    if (isDeepEnough && parts.every((part) => CHART.test(part))) return { chart, among: [place] };
  }
  throw new ChartError(
    'CHART_REFUSED',
    'Charts come only from places that are listed: an administrator has to list this one in CHART_REPOSITORIES',
  );
}
