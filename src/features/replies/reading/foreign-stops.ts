import { normalised } from '../../../core/accents.ts';

/**
 * Words for a stop in the other languages that are spoken most in the United States (Census Bureau, language spoken at
 * home), and in those of Plivo's and AWS's lists (ARRET). We understand no more of these languages, so they only hold:
 * the person is asked. Words that are others in English or Spanish ("sair", "genug", "basta") are not here.
 */
const latin = new RegExp(
  `(?<!\\p{L})(${[
    // French, Haitian Creole
    'arretez?|arreter|desabonn(?:er|ez)(?: moi)?|desabonnement|desinscri(?:re|vez)(?: moi)?|kanpe|sispann|pa voye mesaj|pa ekri m',
    // Vietnamese
    'dung lai|ngung lai|ngung nhan|dung nhan|dung gui|huy dang ky',
    // Tagalog
    'tigil|itigil|tigilan|hinto|ihinto|huwag na',
    // Portuguese
    'parem|pare de enviar|parar de enviar|descadastrar|sair',
    // German, Polish
    'abmelden|abbestellen|aufhoren|hor(?:t)? auf|stopp|przestan(?:cie)?|wypisz(?:cie)?|rezygnuje',
    // Italian
    'smettete(?:la)?|smettila|cancellami|disiscrivi(?:mi)?',
  ].join('|')})(?!\\p{L})`,
  'u',
);

/** Scripts without Latin letters: no word of them is one of ours. */
const otherScripts =
  /停止|停發|停发|^停$|退订|退訂|取消|不要再|别再|別再|勿再|やめて|止めて|不要です|중지|그만|수신 ?거부|멈춰|멈추|보내지 ?마|стоп|прекратите|хватит|отпи[шс]\S*|не пишите|не присылайте|зупин\S*|припин\S*|توقف|أوقف|ايقاف|إيقاف|الغاء|إلغاء|متوقف|बंद कर|रोक|หยุด|ยกเลิก|հետ կանգ|બંધ કર|বন্ধ কর|ਬੰਦ ਕਰ|停了/iu;

/** Whether a text holds a word for a stop in a language that is not read. */
export function foreignStop(text: string): boolean {
  return (
    otherScripts.test(text) ||
    latin.test(
      normalised(text, 'NFD')
        .replaceAll(/\p{M}/gu, '')
        .replaceAll('đ', 'd')
        .replaceAll(/['-]/g, ' ')
        .toLowerCase(),
    )
  );
}
