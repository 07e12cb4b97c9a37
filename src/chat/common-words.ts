/** Everyday English words with which a summary may be worded, beside those of the message catalogues. No names, no figures. */
export const COMMON_WORDS: readonly string[] = `
a about above across act action active actual add after again against ago all almost alone along already also although always am among an
and another any anything apart appear are area around as ask at attention available average away back bad badly base be became because
become been before began begin behind being below best better between beyond big both bring brought but by call came can cannot care case
cause change check clean clear clearly close come common compare complete concern confirm consider contain continue correct cost could
count course cover critical current currently cut daily danger day deal decide decline decrease deep degrade depend detail did differ
different difficult direct do does done down drain drop due during each early easy effect either else end enough ensure entire especially
even ever every everything exact exactly example except expect explain extra face fact fail failing failure fair fall far fast fault few
fewer final finally find fine first fix focus follow for force form found free from full fully further gain gap gave general get give
given go goes going good got great greatest grew grow growth had half happen hard has have having he health healthy heavy held help her
here high higher highest hit hold hour how however i idle if immediate impact important improve in include increase indeed instead into is
issue it its itself just keep kept key kill know known lack large larger largest last late later latest lead least leave left less let
level light like likely limit line list little load long look lose loss lost lot low lower lowest made main mainly make many mark matter
may me mean meanwhile might mind minor miss moment money month more most mostly move much must my near nearly need never new next no none
nor normal not note nothing notice now of off often old on once only onto open or order other otherwise our out over overall own part
past pay people perhaps place plan please point poor possible potential present press pressure prevent previous price problem provide put
quick quickly quiet quite raise rather reach read ready real reason recent recently recover reduce remain remains remove repeat report
require rest result return rise rising risk room run running safe safely same save saving say score second see seem seen serious set
several severe shall share she short should show shown side sign significant similar simple since single situation size slight slightly
slow small so solve some something somewhat soon space stable start state stay steady step still stop strong such suggest summary support
sure take task team tell than that the their them then there therefore these they thing think this those though through thus tight till
time to today together tomorrow too top total toward trend trouble true try turn two under unhealthy unless until up upon urgent us use
used useful usual usually very via wait want was waste watch way we week well went were what when where whether which while who whole
whose why will wish with within without word work worse worst worth would wrong year yes yesterday yet you your
fell fallen rose risen grown got sat stood held lay lie began fewer dozen
`
  .trim()
  .split(/\s+/);
