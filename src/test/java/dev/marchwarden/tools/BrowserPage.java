package dev.marchwarden.tools;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A tab of a {@link Chromium}. */
public final class BrowserPage {
    private static final int MILLIS = 30_000;

    private final DevTools tools;
    private final String session;

    private BrowserPage(DevTools tools, String session) {
        this.tools = tools;
        this.session = session;
    }

    static BrowserPage create(DevTools tools) {
        String target = tools.ask("", "Target.createTarget", Map.of("url", "about:blank"))
                .path("targetId")
                .asText();
        String session = tools.ask("", "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .path("sessionId")
                .asText();
        BrowserPage page = new BrowserPage(tools, session);
        for (String domain : List.of("Page", "Runtime", "Log", "Network", "Accessibility")) {
            page.ask(domain + ".enable", Map.of());
        }
        return page;
    }

    private JsonNode ask(String method, Map<String, ?> parameters) {
        return tools.ask(session, method, parameters);
    }

    /** Waits until it has been loaded. */
    public void open(Path file) throws InterruptedException {
        int before = tools.events(session, "Page.loadEventFired").size();
        ask("Page.navigate", Map.of("url", file.toUri().toString()));
        long end = System.currentTimeMillis() + MILLIS;
        while (tools.events(session, "Page.loadEventFired").size() == before) {
            if (System.currentTimeMillis() > end) {
                throw new IllegalStateException(file + " is not loaded");
            }
            Thread.sleep(10);
        }
    }

    /** The value of an expression of JavaScript. */
    public JsonNode evaluate(String expression) {
        JsonNode answer =
                ask("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
        if (answer.has("exceptionDetails")) {
            throw new IllegalStateException(answer.path("exceptionDetails").toString());
        }
        return answer.at("/result/value");
    }

    /** As if typed. */
    public void type(String text) {
        ask("Input.insertText", Map.of("text", text));
    }

    /** @param key for example {@code Tab} */
    public void press(String key, int code) {
        for (String type : List.of("rawKeyDown", "keyUp")) {
            ask("Input.dispatchKeyEvent", Map.of("type", type, "key", key, "code", key, "windowsVirtualKeyCode", code));
        }
    }

    public void prefer(String colorScheme) {
        ask(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colorScheme))));
    }

    public void resize(int width, int height) {
        ask(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    public void switchOffScripts(boolean off) {
        ask("Emulation.setScriptExecutionDisabled", Map.of("value", off));
    }

    /** PNG of what is in view. */
    public byte[] screenshot() {
        return Base64.getDecoder()
                .decode(ask("Page.captureScreenshot", Map.of("format", "png"))
                        .path("data")
                        .asText());
    }

    /** What was written to the console, by scripts, by the browser, and for errors that nobody caught. */
    public List<String> console() {
        return Stream.of("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown")
                .flatMap(event -> tools.events(session, event).stream())
                .map(JsonNode::toString)
                .toList();
    }

    /** The addresses of all requests, files too. */
    public List<URI> requests() {
        return tools.events(session, "Network.requestWillBeSent").stream()
                .map(event -> URI.create(event.at("/request/url").asText()))
                .toList();
    }

    /** What a screen reader is told, each as {@code ROLE NAME}. */
    public List<String> accessible() {
        return ask("Accessibility.getFullAXTree", Map.of())
                .path("nodes")
                .valueStream()
                .filter(node -> !node.path("ignored").asBoolean())
                .map(node -> node.at("/role/value").asText() + " "
                        + node.at("/name/value").asText())
                .toList();
    }
}
