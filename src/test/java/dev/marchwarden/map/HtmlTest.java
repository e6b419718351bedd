package dev.marchwarden.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HtmlTest {
    @Test
    void textsAndValuesAreEscaped() {
        Html html = new Html().element("p", "<b>&\"'</p>", "title", "\"><script>'&");
        assertThat(html.toString())
                .endsWith("<p title=\"&quot;&gt;&lt;script&gt;&#39;&amp;\">&lt;b&gt;&amp;&quot;&#39;&lt;/p&gt;</p>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0000", "\u001b", "\u007f", "\u202e", "\u2066", "\u200b", "\u2028", "\ud800", "\ue000", "\ufeff"
            })
    void whatIsNotShownIsReplaced(String character) {
        assertThat(Html.escaped("a" + character + "b")).isEqualTo("a\ufffdb");
    }

    @Test
    void lettersOfAllLanguagesStayAndBlanksAreBlanks() {
        assertThat(Html.escaped("größe 日本 🚢")).isEqualTo("größe 日本 🚢");
        assertThat(Html.escaped("a\n\tb")).isEqualTo("a  b");
    }

    @Test
    void longTextsAreCut() {
        assertThat(Html.escaped("x".repeat(2_000))).hasSize(2_000).doesNotContain(".");
        assertThat(Html.escaped("<".repeat(1_000_000)))
                .hasSize(2_000 * "&lt;".length() + 3)
                .endsWith("&lt;...");
    }

    @Test
    void anElementThatIsLeftOpenIsAMistake() {
        assertThatThrownBy(() -> new Html().open("p").toString()).hasMessageContaining("[p]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a</script>", "if (a && b)"})
    void aScriptThatHtmlCouldMisreadIsAMistake(String script) {
        assertThatThrownBy(() -> new Html().own("script", script)).hasMessageContaining("script");
    }
}
