/** "Stop", said while something is being looked into; with an object it means that. */
const STOP =
  /^(?:(?:please |ok |now )?(?:stop|abort|cancel|enough|quit|halt)(?: it| that| this| now| please| looking| searching| (?:the |this |that )?(?:investigation|search))?|never ?mind|forget it|(?:请|好了|可以)?(?:停|停止|停下|停下来|取消|中止|终止|算了|够了|别查了|不用查了|不查了|不用了)(?:吧|了|一下)?|(?:停止|取消|中止|终止)(?:排查|调查|查看|分析|诊断))[\s.!。！]*$/i;

/** Whether the words as a whole end what is being looked into. */
export function isStopWord(text: string): boolean {
  return STOP.test(text.trim());
}
