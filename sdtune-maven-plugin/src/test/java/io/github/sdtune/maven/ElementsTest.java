package io.github.sdtune.maven;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.StringReader;
import org.codehaus.plexus.component.configurator.expression.ExpressionEvaluator;
import org.codehaus.plexus.configuration.PlexusConfiguration;
import org.codehaus.plexus.configuration.xml.XmlPlexusConfiguration;
import org.codehaus.plexus.util.xml.Xpp3DomBuilder;
import org.junit.jupiter.api.Test;

class ElementsTest {
  private static final ExpressionEvaluator EVALUATOR =
      new ExpressionEvaluator() {
        @Override
        public Object evaluate(String expression) {
          return expression.equals("${steps}") ? "many" : expression;
        }

        @Override
        public File alignToBaseDirectory(File file) {
          return file;
        }
      };

  private final Elements elements = new Elements(EVALUATOR);

  private PlexusConfiguration sound(String children) throws Exception {
    return elements.sound(
        new XmlPlexusConfiguration(
            Xpp3DomBuilder.build(
                new StringReader("<configuration>" + children + "</configuration>"))),
        FineTuneMojo.class);
  }

  @Test
  void whatIsRightStaysAsItIs() throws Exception {
    PlexusConfiguration sound =
        sound(
            "<force default-value='false'>true</force><threads>2</threads><baseline>1.0</baseline>"
                + "<training><rank>8</rank><alpha>1e1</alpha><targetModules><a>to_q</a></targetModules>"
                + "<earlyStopping><patience>3</patience></earlyStopping></training>"
                + "<gates><gate><maximum>0.1</maximum></gate></gates><other/>");
    assertThat(elements.findings()).isEmpty();
    assertThat(sound.getChild("force").getValue()).isEqualTo("true");
    assertThat(sound.getChild("force").getAttribute("default-value")).isEqualTo("false");
    assertThat(sound.getChild("baseline").getValue()).isEqualTo("1.0");
    PlexusConfiguration training = sound.getChild("training");
    assertThat(training.getChild("rank").getValue()).isEqualTo("8");
    assertThat(training.getChild("targetModules").getChild("a").getValue()).isEqualTo("to_q");
    assertThat(training.getChild("earlyStopping").getChild("patience").getValue()).isEqualTo("3");
    assertThat(sound.getChild("gates").getChild("gate").getChildCount()).isEqualTo(1);
    assertThat(sound.getChild("other", false)).isNotNull();
  }

  @Test
  void misspeltNamesAreFoundAtEveryLevelAndComeWithTheRightOnes() throws Exception {
    PlexusConfiguration sound =
        sound(
            "<dataset><resolutoin>32</resolutoin></dataset>"
                + "<training><earlyStopping><patienc>3</patienc></earlyStopping></training>"
                + "<evaluation><samples><somethingElse/></samples></evaluation>"
                + "<gates><gate><metric>x</metric></gate><gate><metrik>y</metrik></gate></gates>");
    assertThat(elements.findings())
        .containsExactly(
            "<dataset>: found <resolutoin>, which is unknown there; did you mean <resolution>?",
            "<training><earlyStopping>: found <patienc>, which is unknown there; did you mean"
                + " <patience>?",
            "<evaluation><samples>: found <somethingElse>, which is unknown there; expected one of"
                + " count, guidanceScale, negativePrompt, prompts, seed, steps",
            "<gates><gate> 2: found <metrik>, which is unknown there; did you mean <metric>?");
    assertThat(sound.getChild("dataset").getChildCount()).isZero();
  }

  @Test
  void valuesThatCannotBeReadAreFound() throws Exception {
    PlexusConfiguration sound =
        sound(
            "<force>yes</force><threads>2.5</threads>"
                + "<training><rank>big</rank><learningRate>fast</learningRate>"
                + "<maxSteps>${steps}</maxSteps></training>"
                + "<gates><gate><minimum>low</minimum></gate></gates>");
    assertThat(elements.findings())
        .containsExactly(
            "<force>: found yes, expected true or false",
            "<threads>: found 2.5, expected a whole number",
            "<training><rank>: found big, expected a whole number",
            "<training><learningRate>: found fast, expected a number",
            "<training><maxSteps>: found many, expected a whole number",
            "<gates><gate> 1: <minimum>: found low, expected a number");
    assertThat(sound.getChild("training").getChildCount()).isZero();
  }

  @Test
  void placesOfWhatIsWrittenAreKnown() throws Exception {
    sound(
        "<force/><threads>2</threads><training><rank>4</rank><alpha/>"
            + "<earlyStopping><patience>0</patience></earlyStopping>"
            + "<rules><rule><rank>2</rank></rule>"
            + "<rule><include><pattern>to_q</pattern></include></rule></rules></training>");
    assertThat(elements.written())
        .containsExactly(
            "threads",
            "training.rank",
            "training.earlyStopping.patience",
            "training.rules[1].rank",
            "training.rules[2].include");
  }
}
