"""Words that every room speaks: money, points, periods, ids, conditions. It knows no business."""
