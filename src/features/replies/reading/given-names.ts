/**
 * Given names that are common in the US, in English and Spanish. A single word beside a yes counts as a name only where it
 * stands here: any other may take the yes back ("Yes. Whatever"). None of them is a word that says anything else.
 */
export const givenNames: ReadonlySet<string> = new Set(
  `aaron abigail adam adriana adrian agnes alan albert alberto alejandra alejandro alexander alexandra alfredo alice alicia
  allison amanda amber amy ana andrea andrew andy angela ann anna anne annie anthony antonio ariana armando arthur ashley
  audrey barbara beatrice beatriz benjamin bernice betty beverly blanca bob bobby bonnie bradley brandon brenda brian brittany
  bruce bryan camila carl carla carlos carmen carol caroline carolyn catherine cathy cecilia charles charlotte cheryl chris
  christian christina christine christopher cindy claire clara claudia connie craig cristina crystal cynthia daniel daniela
  danielle david deborah debra dennis diana diane diego dolores donald donna doris dorothy douglas dylan eddie eduardo edward
  edwin elaine eleanor elena elizabeth ellen emily emma enrique eric erica erika ernesto esperanza esther ethan eugene eva
  evelyn felipe fernando frances francisco frank fred gabriel gabriela gary george gerald gerardo gladys gloria gonzalo greg
  gregory guadalupe guillermo gustavo hannah harold harry heather hector helen henry hugo ian irene irma isabel isabella jack
  jacob jacqueline jaime james jane janet janice jason javier jean jeff jeffrey jennifer jeremy jerry jesse jessica jesus jill
  jim jimmy joan joanne joe joel john johnny jonathan jorge jose joseph josephine josh joshua joyce juan juana juanita judith
  judy julia julian julie julio justin karen katherine kathleen kathryn kathy keith kelly ken kenneth kevin kimberly kyle
  larry laura lauren lawrence leah leonard leonor leslie leticia linda lisa lois lorena loretta lorraine louis louise lucas
  lucia lucille luis luisa lupe lupita lydia manuel marco marcos margaret margarita maria marian marie marilyn mario marisol
  marjorie marlene marta martha martin marvin mary mateo matthew mauricio megan melanie melissa mercedes michael michele
  michelle miguel mike mildred miriam monica nancy natalia natalie nathan nicholas nicole norma oliver olivia omar oscar pablo
  pamela patricia patrick paul paula pedro peggy peter phil philip phillip phyllis rachel rafael ralph ramon randy raul raymond
  rebecca regina ricardo richard rick rita robert roberta roberto rodrigo roger roland ronald rosa rosario rosemary roxana roy
  ruben ruth ryan sally salvador samantha samuel sandra sara sarah scott sean sergio sharon sheila shirley sofia sonia sophia
  stephanie stephen steve steven stuart susan susana suzanne sylvia tammy teresa terry theresa thomas tiffany tim timothy todd
  tom tony tracy tyler valeria vanessa veronica vicente victor victoria vincent violet virginia vivian walter wanda wayne wendy
  william xavier yolanda yvonne zachary`.split(/\s+/),
);
