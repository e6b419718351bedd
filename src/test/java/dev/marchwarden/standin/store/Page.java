package dev.marchwarden.standin.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Part of a list, as things were at one version.
 *
 * @param token what to ask for the next with; empty for the last
 * @param remaining how many are not in it
 */
public record Page(long version, List<ObjectNode> items, String token, int remaining) {}
