import { classes } from './tag.ts';

/**
 * The patterns of a request to stop, over the classes of its words: phrases that only sound like one, clear requests, and
 * doubtful ones. Each rule has a name, which a verdict carries.
 */

/** An accusation of not stopping is a wish to stop: "you never stop texting me", "why don't you stop". */
export const negatedStop = classes(
  '(?<!you)(?<!why)(?<!why (not|aux|you))(not|never|cannot|forbidden|didnt|amnot)(i|you|want|aux|say|more|it|me|be|get|consent|agree|comma(?=say))*' +
    '(stop|optout|remove|removeme|alone|cancel|take)(contact|call|texts|me|number|get|list|from|it|more)*' +
    '|you (not|didnt|cannot) get (stop|optout|remove|removeme|cancel)(me|number|from|list)*' +
    '|(never|didnt) (i|you)* say (i|comma)* (didnt|not|no) want (get|texts|contact|me)*' +
    '|it say (comma)? (stop|optout)(alone|texts|contact)*|didnt (get)? nomore (texts|contact)|it stop be' +
    '|^you (not|never|didnt) contact me more*$|not me? contact me? visit (?=call)|why (not|never|didnt) you? contact (me|texts|more)*',
  'g',
);

/** "Can I stop the pills?", "Did I unsubscribe?": asks about oneself. */
export const askedOfOneself = classes(
  '(ask (?!be (you|it))|if i) (i|you|aux|be|texts|say|contact|it)* (stop|optout|remove|cancel|take) (contact|texts|it|me|from|list)*|(ask|if i) (i|want)* (stop|optout) (?=if)|aux i stop (it|fine)? (?=comma|$)|aux i (stop|optout) (?=if$)' +
    '|^aux stop (?=(cancel|remove|alone) (more|me)* (visit|care))|(ask|aux)+ (it|list|other|care|visit)+ alone (?=prep)|(ask|aux)+ (list|other|care|visit)+ alone$',
  'g',
);

/** Stop of something else: a visit, a treatment, a place. */
export const stopOfOther = classes(
  '(stop|optout|cancel|remove|take) (it|from|me|number|more|get)* (care|visit|prep (?!texts|contact|it|these|spam|(?<=optout prep)(me|number)))|care (be|aux|not|didnt|amnot|cannot)+ stop|(aux|want) care (aux)? stop(?=comma|$)|^care stop (?=ask|if)|^stop me if|(visit|other) (want|say|aux|be)+ me stop other|care (be|it|prep|aux)* alone|remove (it|more|other)* (contact|texts) i? contact(?=past|comma|$)',
  'g',
);

const you = '(?<!you)(?<!you (aux|be))';
const no = '(not|no|never)';

type Rule = { name: string; pattern: RegExp };

function rule(name: string, pattern: string): Rule {
  return { name, pattern: classes(pattern) };
}

/** Words around a bare verb that do not change it. */
const around =
  '(i|iam|she|you|say|want|aux|be|yes|no|okay|comma|and|or|why|it|texts|these|me|spam|nomore|more|enough|optout|remove|alone|contact|get|cancel|code|digits|help|but|wrong)*';
const after =
  '(it|me|you|more|comma|and|or|no|okay|stop|nomore|alone|optout|remove|number|cancel|be|say|code|digits|agree|want|yes|help|past)*';

/** "Don't call or text", "no me llamen ni me manden": up to the object. */
const notContact =
  `${you}${no} (i|aux|want|you|more|agree|me|be|it|take)* (contact(?! call(?! or| and| no))|(call (me|number|comma|call)* ((or|and|no|not)|comma (?=contact comma? or)) (me|no|not)* contact))` +
  '(((or|and|comma|no)? (me|not)?|not (me|not)) (contact|call|texts))*';

export const clear: readonly Rule[] = [
  rule(
    'stop',
    `^(?!i (be|aux)+ stop$)${around} stop ${after}$|^stop be (contact|say) (more|past)*$|(^|i) say stop (past|more)* (why|$)|say me (contact|say)+ (you)? stop$|^how (aux|get)* you stop$`,
  ),
  rule('stop, and why', `^${around} stop (?=i(?!$)|you|it be|iam|these|texts|number be|code|or)`),
  rule(
    'stop contact',
    'stop (you|i|want|aux|it|and|or|remove|from|prep|more|get)* (me|number)? (call (me)? (and|or|comma|no))* (me)? (other)? (contact|texts|list|spam)',
  ),
  rule('stop getting', 'stop (get|more|me)+ (texts|contact|spam|it)'),
  rule(
    'end texts',
    '(alone|cancel|remove|stop) (and|or|more|me|from|number|get|it)* (texts|contact|list (?!other))',
  ),
  rule(
    'opt out',
    'optout(?!other|care|visit|prep (visit|care))|optof(texts|contact|it|list|these|me|$)',
  ),
  rule(
    'declines texts',
    '(decline|enough) (i|prep|get|more|aux|it|me|no|spam|comma)* (texts|contact)',
  ),
  rule(
    'refuses consent',
    '^(i|comma|no|yes|and|but|okay)* decline (i|you|more|it|get|be)* consent (comma|prep? (you|me|texts|contact|number)|$)',
  ),
  rule('remove me', 'removeme (me|number|comma|and|more|from|list|texts|it|$)'),
  rule('texts off', 'texts (be|aux)* from$'),
  rule(
    'remove me',
    '(remove|take from) (and|or|texts|it)* (me|number|them number)(?! from? (visit|care))',
  ),
  rule(
    'remove from list',
    '(remove|take|want|get|be|revoke) (me|number|and|them|it|code|digits)* from (it|other)? (list|texts|contact|number|these|it$)',
  ),
  rule(
    'take me off',
    '(take|remove) (me|number) (from (comma|and|okay|fine|more|it|stop|$)|list$)|number .*(remove|take) it from (it|comma|$)|^(you|aux|comma|okay|fine)* take from (it|comma|fine)*$',
  ),
  rule('number off', 'number (and|be|aux|from|list)* (remove|take from)|take (me|from)? number'),
  rule(
    'please remove',
    '^(i|iam|you|want|aux|say|be|comma|and|yes|no|okay|stop)* remove (comma|and|more|it$|$)',
  ),
  rule(
    'consent withdrawn',
    '(revoke|cancel) (i|you|and|or|more|it|get|be)* consent|revoke (i|it)* okay prep (texts|contact)|consent (i|be|get|it|contact|texts|prep|comma)* (revoke|decline)|revoke (i|it)* yes|^(i|aux|want|comma)* revoke (comma|$)',
  ),
  rule(
    'consent refused',
    `(not|no|cannot|forbidden|amnot|nomore|you cannot|you not) (i|you|want|get|be|more|aux|agree|me)* consent(?! prep (?!texts|contact|it|me|number|more)| other| care| visit| topic| from)|(texts|contact) (be|aux)* (not|cannot|forbidden|didnt|amnot) (be|aux)* consent|consent (be|i|aux)* (not|didnt|amnot) (be)* (get|consent) (comma|prep|more|$)`,
  ),
  rule(
    'do not contact again',
    `${notContact}(me|number|texts|it|from|prep(?=texts))*(more|nomore)`,
  ),
  rule(
    'do not contact',
    `(?<!i)(?<!i aux)${notContact}(me|number|texts|it|from|prep(?=texts))*(and|or|comma|no|not|fine|instead$|$)`,
  ),
  rule(
    'do not contact me',
    `${notContact}(me|number|texts)+(?!time|instead|them|visit|care|call|if|prep them)`,
  ),
  rule(
    'you may not contact',
    '(you (cannot|(be|aux)+ not)|(?<!i)forbidden) (more|aux|be)* (contact|call (or|and) contact) ((or|and) (contact|call))* (me|number)',
  ),
  rule(
    'do not want',
    `(${no}|didnt|amnot) (i|more|me|be|or|them)* (want|agree|get(?= (agree|consent))) (aux|you|it|get|me|be|more|i|want|number|agree|no|nomore|other|comma|prep(?=(no)? (texts|contact|list)))* (texts|contact(?! you| visit| them)|spam|(?<=(get|prep|no))list)`,
  ),
  rule('not be contacted', '(not|didnt) (aux|want)* be (contact|contact me) (prep|more|texts)*$'),
  rule('do not want to hear', `${no} (i|more)* want (aux|more)* get (more|nomore|comma|$)`),
  rule(
    'want not',
    '(want|instead) (not|no) get nomore$|(want|instead|say|if) (i|you|more|aux|instead|it|if)* (not|didnt|amnot|no) (more|aux|be|you)* (get (texts|contact|more)|contact|texts)|(want|fine) (it|if|prep)* (number|i|me) (didnt|not) (be|prep|get|from)* (list|texts)',
  ),
  rule(
    'no more texts',
    '(?<!didnt (get)?)(nomore|no more|not more|enough) (and|or|it|get|more|prep)* (texts|contact|spam|call (?=or|and)|list)',
  ),
  rule(
    'text no more',
    'contact (me|number|texts|it)* nomore|(want|fine) (if|prep|i)* get (no|not)? nomore (from|texts|number|$)',
  ),
  rule(
    'no texts',
    '(^|comma|say (other|prep|them){0,4}|want|and|prep|if|list|decline)(no|not) (call (or|and|no|not)+)? (texts|contact) (more|or|and|call|me|comma|no|not|texts|get|number|these)*$|(^|call (be|fine|okay|yes)+ (comma|and)*)(texts|contact|consent) (be|comma)* no (comma|call|and|$)',
  ),
  // "Mensajes no quiero", "your texts are not welcome": the refused thing comes first.
  rule(
    'texts not wanted',
    '(^|comma|but|and|okay|prep) (texts|contact) (i|aux|comma)* no? (not|no) (i|aux)* (want|agree) (more|me|prep (me|number|it))*$|(texts|contact) (aux|be)* forbidden (more|me|number|prep)*$',
  ),
  rule(
    'off the list',
    '((want|be|get|aux|i) (me|number)?|^(comma|okay)*) from (it)? (list|texts)|^(i|comma|okay|no)* want from (more|comma)*$',
  ),
  rule(
    'be taken off',
    '(want|aux|get) (i|it|be|get)* be (other)? (be|get)* (take from|remove)(?! (from)? (visit|care|other))|want (take from|remove)(?! (me|number|it|from)? (visit|care|other))',
  ),
  rule(
    'make them stop',
    '(aux|want|get|i) (prep)? (these|texts|contact|spam) (be)* (stop|ended|remove|alone)$|(texts|contact|these) get* aux+ be* (alone|stop) (more|comma|$)|(want|fine|if) you ended (me)? (contact|texts)',
  ),
  rule(
    'make them stop',
    '(want|aux you? get|^(comma|okay|you)* get) (it|texts|contact|these|spam) (it|be|aux)* ended more*(comma|$)',
  ),
  rule(
    'stop it',
    '(other|texts|contact|number|spam|tired) stop it (more)*$|consent stop$|(tired|enough) (it|get|more|you)* (texts|contact|spam|it) stop$',
  ),
  rule(
    'no more, of texts',
    '(texts|contact|say) (.* comma)? nomore (more)*$|^(comma|no|i|and)* nomore from you$|^(iam|it be) nomore',
  ),
];

export const wordAlone = rule(
  'end',
  '^(you|say|comma|and|no|not|okay|more|spam|texts|yes|help)* alone (alone|comma|me|it|and|more|nomore|okay|code|yes|no|prep(?=it))*$',
);

/** Only some texts, or those about somebody else: which ones is for staff to find out. */
export const partial = classes(
  '(stop|not|no) .*(prep them|contact them|texts them|part|texts if(?! (it|you|aux|be)* (fine|okay|$))|texts time)|stop contact (me|number|texts)* time|^(i|you|aux|want|comma)*stop (me|it)* call (me|number|more)*$',
);

export const doubtful: readonly Rule[] = [
  rule(
    'stop something',
    '(?<!i )(?<!i want )stop (?!care)|stop (prep|texts|them|part|contact|list)',
  ),
  rule('cannot stop', 'cannot (i|you|aux|get|other)* (optout|stop (texts|contact|it|get texts))'),
  rule('never consented', 'never (i|you|want|get|be|more|aux|agree|me)* consent'),
  rule('revoke', '(^|but|comma)(i|comma|and|want|aux)* revoke (it|comma|$)'),
  // A slip of "stop texting", or says that we did.
  rule('stopped', '^(comma|okay)* ended (me)? (contact|texts)'),
  rule(
    'do not text',
    `${you}${no} (aux|want|i|you|more|me)* contact (me|number|them|texts|more|time|instead|call|comma|part|$)`,
  ),
  rule('not want this', `${no} (i|more)* want (aux|more|get)* (it|call|more) (comma|more|$)`),
  rule('do not call', `${no} (me|aux|more)* call (me|number|more|comma|$)`),
  rule(
    'no more',
    '^(comma|no|okay|i|and|say)* (nomore|not more|no more) (comma|more|it|okay|prep)*$',
  ),
  rule(
    'cancel, and why',
    '^(comma|no|okay|you|and)* cancel (comma|and) (?!.*(visit|cannot|care|didnt|amnot|contact))',
  ),
  rule(
    'no texts',
    '(?<!get)(?<!you)(no|not|nomore) (part|prep (them|part|texts|me)|texts|contact)',
  ),
  rule('tired of', 'tired (it|get|you|me|more)* (texts|contact|spam|it (?!other|care|visit))'),
  rule('never agreed', '(never|didnt) (i|aux|get|be)* (consent|agree)'),
  rule(
    'text another way',
    'instead (me|you)? (contact(?! (me)? texts$)|call)|call (me|number)* instead|contact (me|number|them)* instead',
  ),
  rule('remove somebody', '^(aux|you|i|comma|and|no|want)* (remove|alone|take) them'),
  rule('stop and a mistake', '(stop|alone|optout|cancel) .*mistake|mistake .*(stop|alone|optout)'),
  rule('do not disturb', '^(comma|okay|no)* dnd$'),
  rule('opt out', 'optout(?!other|care|visit)'),
  // A word that ends something, and texts, in one sentence: too little for a rule, too much to go on texting.
  rule(
    'hint',
    '(stop|optout|nomore|decline|revoke|enough|tired|remove|alone|take) .*(texts|contact|list|consent)',
  ),
  rule(
    'hint',
    '(?<!i)(?<!get)(?<!you)(not|never|no) (?!get|visit|care|understand).*(contact (me|number|more|texts)|texts|consent)',
  ),
  rule('hint', '(texts|contact) (be|aux)* forbidden'),
  rule('hint', 'amnot (?!get|visit|care|understand|if|ask|contact).*(texts|contact (me|number))'),
  rule('hint', '(texts|number|list|consent|contact|these|it) .*(stop|alone|remove|decline)'),
];

/** "Yes I know stop": with a yes, only the last word counts; "yes, but no bills" is no stop. */
export const besideYes: readonly Rule[] = [
  rule('stop beside a yes', '(yes|okay|other|comma) stop (it|more)*$'),
];
