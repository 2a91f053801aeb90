namespace PgQueue.Storage;

/// <summary>Asks how far the bounds of some lanes may move since a mark.</summary>
internal sealed record CursorRequest(short[] Lanes, long[] Bounds, CursorMark Mark);
