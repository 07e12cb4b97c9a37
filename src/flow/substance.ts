/** Numbers with what they count. */
const AMOUNTS =
  /\d[\d.,/%]*\s*(?:[kmgt]i?b?\b|m\b|cores?\b|percent\b|nodes?\b|workers?\b|replicas?\b|copies\b|instances?\b|pods?\b|个|台|份)?\s*(?:节点|副本|实例|pods?\b)?/g;
const NOTHING =
  /\b(?:it|its|that|this|them|one|ones|the|a|an|me|us|my|our|your|you|i|we|please|pls|just|now|then|so|ok|okay|is|are|does|to|by|of|in|at|for|on|with|and|or|between|from|up|down|out|more|less|fewer|than|another|further|bit|some|again|instead|only|about|around|max|maximum|min|minimum|most|least|limits?|replicas?|copies|can|could|would|should|do|will|be|all|everything|each|both|same|use|need|needs|want|have|has|enable|disable|turn|off|make|set|change|switch|put|take|let|add)\b|开启|启用|打开|关闭|关掉|去掉|需要|加上|换成|改成|设为|[它这那个台的了吧呢啊吗到成至把给再多少加减改设用要换和与及放在]|最[大小多少]|上限|下限|副本数?|一下|一点|一些|现在|就|请|帮我|我要|我想/g;

/** What is left of a normalised text without amounts and without words that name nothing ("it", "to", "of", "the"). */
export function substanceOf(text: string): string {
  return text
    .replace(AMOUNTS, ' ')
    .replace(NOTHING, ' ')
    .replace(/[\s,]+/g, ' ')
    .trim();
}
