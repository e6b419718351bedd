package dev.marchwarden.rollout;

import java.util.List;

/** Work was not begun, because something blocks it. */
public final class ObstacleException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<String> obstacles;

    ObstacleException(List<String> obstacles) {
        super(String.join("; ", obstacles));
        this.obstacles = List.copyOf(obstacles);
    }

    ObstacleException(String obstacle) {
        this(List.of(obstacle));
    }

    /** Each with what to do. */
    public List<String> obstacles() {
        return obstacles;
    }
}
