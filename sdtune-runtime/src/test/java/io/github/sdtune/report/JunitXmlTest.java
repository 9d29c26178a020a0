package io.github.sdtune.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sdtune.gate.Gates;
import io.github.sdtune.gate.Verdict;
import io.github.sdtune.metric.Metrics;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class JunitXmlTest {
  private static Element parse(String xml) throws Exception {
    return DocumentBuilderFactory.newDefaultInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)))
        .getDocumentElement();
  }

  private static Element testCase(Element suite, int index) {
    return (Element) suite.getElementsByTagName("testcase").item(index);
  }

  @Test
  void everyGateIsATestCase() throws Exception {
    Metrics metrics = TestReport.metrics(0.79, List.of());
    Verdict verdict =
        Gates.judge(
            List.of(
                TestReport.gate("validation.loss", null, null, "2%"),
                TestReport.gate("classification.accuracy", 0.99, null, null),
                TestReport.gate("samples.colourfulness", null, 0.06, null)),
            metrics,
            Optional.empty());

    Element suite = parse(JunitXml.render(verdict));

    assertThat(suite.getAttribute("tests")).isEqualTo("3");
    assertThat(suite.getAttribute("failures")).isEqualTo("1");
    assertThat(suite.getAttribute("skipped")).isEqualTo("1");
    assertThat(testCase(suite, 0).getAttribute("name")).isEqualTo("validation.loss");
    assertThat(testCase(suite, 0).getElementsByTagName("skipped").getLength()).isEqualTo(1);
    Element failure = (Element) testCase(suite, 1).getElementsByTagName("failure").item(0);
    assertThat(failure.getAttribute("message")).contains("below the minimum 0.99");
    assertThat(testCase(suite, 2).getElementsByTagName("*").getLength()).isZero();
  }

  @Test
  void hostileNamesDoNotBreakTheXml() throws Exception {
    String name = "classification.recall.<a & \"b\">]]>\u001b[31m\u0000\ufffe\ud800";
    Metrics metrics =
        new Metrics(
            Metrics.VERSION,
            null,
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            List.of(),
            Optional.empty());

    String xml =
        JunitXml.render(
            Gates.judge(
                List.of(TestReport.gate(name, 0.5, null, null)), metrics, Optional.empty()));

    assertThat(testCase(parse(xml), 0).getAttribute("name"))
        .startsWith("classification.recall.<a & \"b\">]]>")
        .doesNotContain("\u001b");
  }
}
