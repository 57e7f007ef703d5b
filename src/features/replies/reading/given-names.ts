/**
 * Given names that are common in the US, in English and Spanish. A single word beside a yes counts as a name only where it
 * stands here: any other may take the yes back ("Yes. Whatever"). None of them is a word that says anything else.
 */
export const givenNames: ReadonlySet<string> = new Set(
  `aaron abby abigail adam adrian adriana agnes alan albert alberto alejandra alejandro alex alexander alexandra alfredo
  alice alicia allison amanda amber amy ana andre andrea andrew andy angela angie ann anna anne annie anthony antonio ariana
  arlene armando arthur ashley audrey barbara beatrice beatriz becky ben benjamin bernice bert beth betsy betty bev beverly
  billy blanca bob bobby bonnie brad bradley brandon brenda brent brian brittany bruce bryan cal camila candace carl carla
  carlos carmen carol caroline carolyn cassie catherine cathy cecilia chad charles charlie charlotte chelsea cheryl chris
  christian christina christine christopher chuck cindy claire clara claudia cody connie connor corey craig cristina crystal
  curtis cynthia dan daniel daniela danielle danny darlene dave david deb debbie deborah debra dennis derek diana diane
  diego dolores donald donna doris dorothy doug douglas dustin dwayne dylan earl ed eddie edna eduardo edward edwin eileen
  elaine eleanor elena elizabeth ellen ellie elsie emily emma enrique eric erica erika ernest ernesto esperanza esteban
  estela esther ethan eugene eunice eva evelyn fannie fay felipe fernando fran frances francisco frank frankie fred gabriel
  gabriela gary george gerald geraldine gerardo gerry gina gladys glenn gloria gonzalo greg gregory guadalupe guillermo
  gustavo gwen hank hannah harold harriet harry hattie heather hector helen henry herman howard hugo ian ida ignacio
  inez irene irma irving isaac isabel isabella jack jackie jacob jacqueline jaime jake james jan jane janet janice jason
  javier jean jeanette jeff jeffrey jenna jennie jennifer jenny jeremy jerry jess jesse jessica jessie jesus jill jim jimmy
  jo joan joanne jodi joe joel john johnny jonathan jorge jose josefina joseph josephine josh joshua josie joyce juan juana
  juanita judith judy julia julian julie julio justin karen kate katherine kathleen kathryn kathy katie keith kelly ken
  kenneth kent kevin kim kimberly kurt kyle lana larry laura lauren lawrence leah leo leon leonard leonor leroy leslie
  lester leticia liam linda lisa liz lois lola lorena loretta lorraine lou louis louise lucas lucia lucille lucy luis luisa
  luke lupe lupita lydia lynn mabel maggie mandy manuel marcia marco marcos marcus margaret margarita maria marian marie
  marilyn mario marisol marjorie marlene marta martha martin marvin mary mateo matthew maureen mauricio maxine megan mel
  melanie melinda melissa mercedes michael michele michelle miguel mike mildred mindy minnie miriam molly monica myra nadine
  nancy naomi natalia natalie nathan ned nell nelson nicholas nicole nina noah nora norma norman olga oliver olivia omar
  oralia oscar pablo pam pamela pat patricia patrick patty paul paula pauline pedro peggy peter phil philip phillip phyllis
  polly rachel rafael ralph ramon ramona randy raul raymond rebecca reggie regina rena renee rhonda ricardo richard rick
  rita robert roberta roberto rocio rodney rodrigo roger roland ron ronald ronnie roosevelt rosa rosario rosemary rosie ross
  roxana roxanne roy ruben rudy russell ruth ryan sadie sally salvador sam samantha samuel sandra sara sarah scott sean
  sergio sharon shawn sheila shelly sherry shirley sid silvia sofia sonia sophia stacy stan stephanie stephen steve steven
  stuart susan susana susie suzanne suzy sylvia tammy ted teresa teri terry tessa thelma theresa thomas tiffany tim timothy
  tina toby todd tom tommy toni tony tonya tracy trish trudy tyler valeria vanessa vera vern veronica vicente vicki vicky
  victor victoria vincent violet virginia vivian wally walt walter wanda warren wayne wendy wes william wilma winnie xavier
  yesenia yolanda yvette yvonne zachary zoe`.split(/\s+/),
);
